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

	cells      []cells // rows that come together
	shapes     []runtime.Shape
	pending    []*runtime.Tensor // rows read ahead
	pendingErr error             // an error behind rows
}

func readSeveral(in *Input, w *Wanted) (Reader, error) {
	r := &severalReader{in: in, w: w}
	if len(in.several) == 0 {
		return nil, errors.New("no rows: no files")
	}
	if isImageName(in.several[0]) {
		return r, nil
	}
	return r, r.advance() // so that columns that do not match are known at once
}

// advance opens the next input.
func (r *severalReader) advance() error {
	r.next++
	in, done, err := r.in.open(r.in.several[r.next-1])
	if err != nil {
		return err
	}
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

// Next implements Reader. Rows of several inputs come together where their shapes
// agree, so that inputs of one row, as images are, are computed together.
func (r *severalReader) Next(n int) ([]*runtime.Tensor, error) {
	out, err := r.part(n)
	if err != nil || out[0].Shape()[0] >= n || r.next == len(r.in.several) {
		return out, err
	}
	rows := r.keep(out)
	for rows < n {
		part, err := r.part(n - rows)
		if err != nil { // the rows before it come first
			r.pendingErr = err
			break
		}
		if !r.fits(part) {
			r.pending = part
			break
		}
		rows += r.keep(part)
	}
	out = make([]*runtime.Tensor, len(r.cells))
	for i := range out {
		if out[i], err = r.cells[i].tensor(append([]int{rows}, r.shapes[i]...)...); err != nil {
			return nil, err
		}
	}
	r.cells = nil
	return out, nil
}

// keep copies rows, which are valid for a short time only.
func (r *severalReader) keep(part []*runtime.Tensor) int {
	if r.cells == nil {
		r.cells, r.shapes = make([]cells, len(part)), make([]runtime.Shape, len(part))
	}
	for i, t := range part {
		r.cells[i].dtype, r.shapes[i] = t.DType(), t.Shape()[1:]
		r.cells[i].move(&cells{f: t.Float32s(), i: t.Int32s(), l: t.Int64s(), b: t.Bools(), s: t.Strings()})
	}
	return part[0].Shape()[0]
}

// fits reports whether rows have the shapes of those kept.
func (r *severalReader) fits(part []*runtime.Tensor) bool {
	for i, t := range part {
		if !r.shapes[i].Equal(t.Shape()[1:]) {
			return false
		}
	}
	return len(part) == len(r.shapes)
}

// part returns rows of one input, up to n unless they were read before.
func (r *severalReader) part(n int) ([]*runtime.Tensor, error) {
	out, err := r.pending, r.pendingErr
	if r.pending, r.pendingErr = nil, nil; out != nil || err != nil {
		return out, err
	}
	for {
		if r.now == nil {
			if r.next == len(r.in.several) {
				return nil, io.EOF
			}
			image := isImageName(r.in.several[r.next])
			if err := r.advance(); err != nil && image {
				return nil, &RowError{err} // it would have been one row
			} else if err != nil {
				r.next = len(r.in.several)
				return nil, err
			}
		}
		out, err := r.now.Next(n)
		if !errors.Is(err, io.EOF) {
			return out, err
		}
		_ = r.Close()
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
