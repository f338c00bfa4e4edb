package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/kerasrun/kerasrun/internal/atomicfile"
	"github.com/kerasrun/kerasrun/keras"
)

// writeFile writes a file whole or not at all, as models are written. Devices and pipes are written to directly. The path "-"
// is the standard output.
func (a *app) writeFile(path string, write func(w *bufio.Writer) error) error {
	if path == "" || path == "-" {
		return write(a.stdout)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return fmt.Errorf("%s is a folder", path)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(buffered(f, write), f.Close())
	}
	err := atomicfile.Write(path, func(f io.Writer) error { return buffered(f, write) })
	return cannotWrite(path, err)
}

func buffered(f io.Writer, write func(w *bufio.Writer) error) error {
	w := bufio.NewWriterSize(f, 64<<10)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// cannotWrite says what could not be done with the file that was asked for.
func cannotWrite(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && p.Path == path {
		return fmt.Errorf("cannot write %s: %w", path, p.Err)
	}
	return err
}

// writable fails early when a result could not be put where it is wanted.
func writable(path string) error { return cannotWrite(path, atomicfile.Writable(path)) }

// save writes a model.
func save(m *keras.Model, path string) error { return cannotWrite(path, m.Save(path)) }
