//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreBrokenPipes makes a write to a reader that has gone an error instead of
// the end of the process, so that temporary files are removed.
func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// readerGone is the error of such a write.
const readerGone = syscall.EPIPE
