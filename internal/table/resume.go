package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/kerasrun/kerasrun/keras"
)

// Written is how far a file of rows was written.
type Written struct {
	Rows int
	// End is where the last whole row ends. What is behind it was cut off.
	End int64
	// header is the line that names the columns, of CSV.
	header []byte
}

// Resumable reports whether rows can be added to a file of the format: one whose
// rows are lines.
func (f *Format) Resumable() bool { return f.Name == "csv" || f.Name == "jsonl" }

// Written finds the whole rows of a file that this package wrote.
func (f *Format) Written(r io.Reader) (*Written, error) {
	w := &Written{}
	in := bufio.NewReaderSize(r, 256<<10)
	var line []byte // up to its end, over several reads
	quoted, at, header := false, int64(0), f.Name == "csv"
	for {
		part, err := in.ReadSlice('\n')
		at += int64(len(part))
		if bytes.Count(part, []byte(`"`))%2 == 1 && f.Name == "csv" {
			quoted = !quoted // an end of line within quotes ends no row
		}
		if header {
			line = append(line, part...)
		}
		if err == nil && !quoted {
			w.End = at
			if header {
				w.header, header = line, false
			} else {
				w.Rows++
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return w, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// Continue writes rows behind those that are there, of the same outputs.
func (f *Format) Continue(w *bufio.Writer, outputs []keras.Port, there *Written) (Writer, error) {
	out, err := f.write(w, outputs)
	if err != nil {
		return nil, err
	}
	if c, ok := out.(*csvWriter); ok {
		c.there = there.header
	}
	return out, nil
}

// sameHeader refuses to add rows to others.
func (c *csvWriter) sameHeader() error {
	if !bytes.Equal(c.line, c.there) {
		return fmt.Errorf("the rows that are there have the columns %.200q, those to add %.200q", bytes.TrimSpace(c.there), bytes.TrimSpace(c.line))
	}
	return nil
}
