package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
		a.reading.opened(f)
		return table.Stream(path, f), func() {
			a.reading.closed(info.Size())
			f.Close()
		}, nil
	}
	// Opening a pipe waits for its writer.
	r := interruptible(ctx, &lateFile{path: path})
	return table.Stream(path, r), func() {}, nil
}

// openAll opens the rows of all paths, one after the other. A path that is no
// file may be a pattern, which stands for the files that match it, sorted.
func (a *app) openAll(ctx context.Context, paths []string) (in *table.Input, done func(), err error) {
	var files []string
	for _, path := range paths {
		found, err := expand(path)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, found...)
	}
	a.reading = &readFiles{}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			a.reading.total = 0 // nobody knows
			break
		}
		a.reading.total += info.Size()
	}
	if len(files) == 1 {
		return a.open(ctx, files[0])
	}
	return table.Several(files, func(path string) (*table.Input, func(), error) { return a.open(ctx, path) }), func() {}, nil
}

// expand is the files that match a pattern, or the path itself if it is none.
func expand(path string) ([]string, error) {
	if _, err := os.Lstat(path); err == nil || path == "-" || !strings.ContainsAny(path, "*?[") {
		return []string{path}, nil
	}
	found, err := filepath.Glob(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no file matches %s", path)
	}
	return found, nil
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
