//go:build !unix

package main

import "io"

func ignoreBrokenPipes() {}

var readerGone = io.ErrClosedPipe
