package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/kerasrun/kerasrun/runtime"
)

// Several reads the rows of several inputs, one after the other. Each is opened
// when its turn comes; done is called when its rows are over.
func Several(names []string, open func(name string) (in *Input, done func(), err error)) *Input {
	return &Input{Name: brief(names), several: names, open: open}
}

// severalReader reads one input after the other. Each has its own columns, which
// must make up the same tensors.
type severalReader struct {
	in   *Input
	w    *Wanted
	next int // place of the input to open
	now  Reader
	done func()
}

func readSeveral(in *Input, w *Wanted) (Reader, error) {
	r := &severalReader{in: in, w: w}
	if len(in.several) == 0 {
		return nil, errors.New("no rows: no files")
	}
	return r, r.advance()
}

// advance opens the next input.
func (r *severalReader) advance() error {
	if r.now != nil {
		r.now = nil
		r.done()
	}
	in, done, err := r.in.open(r.in.several[r.next])
	if err != nil {
		return err
	}
	r.next++
	now, err := Open(in, r.w)
	if err != nil {
		done()
		return err
	}
	r.now, r.done = now, func() {
		if c, ok := now.(io.Closer); ok {
			_ = c.Close()
		}
		done()
	}
	return nil
}

// Next implements Reader.
func (r *severalReader) Next(n int) ([]*runtime.Tensor, error) {
	for {
		if r.now == nil {
			return nil, io.EOF
		}
		out, err := r.now.Next(n)
		if !errors.Is(err, io.EOF) {
			return out, err
		}
		if r.next == len(r.in.several) {
			r.now = nil
			r.done()
			continue
		}
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
}

// Close implements io.Closer.
func (r *severalReader) Close() error {
	if r.now != nil {
		r.now = nil
		r.done()
	}
	return nil
}

// nameInput puts the name of an input before an error; those of several have
// their own.
func nameInput(in *Input, err error) error {
	if in.several != nil {
		return err
	}
	return fmt.Errorf("%s: %w", in.Name, err)
}
