//go:build !unix && !windows

package main

import "os"

// columnsOf is the width of a terminal, which nobody can tell here.
func columnsOf(*os.File) int { return 0 }
