package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/kerasrun/kerasrun/internal/table"
)

// open opens rows: a file, a pipe, a device or a folder, or the standard input
// for "-". Waiting for rows that are not there yet ends with ctx.
func (a *app) open(ctx context.Context, path string) (in *table.Input, done func(), err error) {
	if path == "-" {
		return table.Stream("standard input", a.stdin), func() {}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return table.Folder(path), func() {}, nil
	}
	if info.Mode().IsRegular() {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, err
		}
		return table.Stream(path, f), func() { f.Close() }, nil
	}
	// Opening a pipe waits for its writer.
	r := interruptible(ctx, &lateFile{path: path})
	return table.Stream(path, r), func() {}, nil
}

// lateFile is opened by the first read. The process closes it.
type lateFile struct {
	path string
	f    io.Reader
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.f == nil {
		f, err := os.Open(l.path)
		if err != nil {
			return 0, err
		}
		l.f = f
	}
	return l.f.Read(p)
}

// noteOn says on the standard error what was guessed about rows.
func (a *app) noteOn(in *table.Input) func(string) {
	return func(text string) { fmt.Fprintf(a.stderr, "kerasrun: %s: %s\n", in.Name, text) }
}
