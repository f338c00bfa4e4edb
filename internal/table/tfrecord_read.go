package table

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/tfrecord"
	"github.com/kerasrun/kerasrun/runtime"
)

// isTFRecord looks at what is there without waiting for more: a pipe of text may
// have a short line and then nothing for long.
func isTFRecord(in *Input) bool {
	if in.Reader == nil || len(in.head()) == 0 {
		return false
	}
	b, _ := in.Peek(min(in.Buffered(), tfrecord.HeadSize))
	return tfrecord.IsHead(b)
}

// tfrecordReader reads a file of tf.train.Example messages, a row each. Features
// are found by name, and are flat lists that get the shape of their input.
type tfrecordReader struct {
	records  *tfrecord.Reader
	w        *Wanted
	row      int
	features []tfrecord.Feature
	keys     []string // of the Example that layout is for
	layout   *Layout
	gatherer
}

func readTFRecord(in *Input, w *Wanted) (Reader, error) {
	return &tfrecordReader{records: tfrecord.NewReader(in.Reader, recordBytes(w)), w: w}, nil
}

// Next implements Reader.
func (r *tfrecordReader) Next(n int) ([]*runtime.Tensor, error) {
	return r.rows(n, batchBytes, func() error { return numbered(&r.row, r.read()) })
}

// read parses the next record into next.
func (r *tfrecordReader) read() error {
	b, err := r.records.Next()
	if damaged := (*tfrecord.DamagedError)(nil); errors.As(err, &damaged) {
		return &RowError{err}
	} else if err != nil {
		return err
	}
	if r.features, err = tfrecord.ParseExample(b, r.features); err == nil {
		err = r.match()
	}
	if err != nil && r.layout == nil {
		return err // no row can be read
	}
	for i := 0; err == nil && i < len(r.layout.Feeds); i++ {
		err = r.take(i)
	}
	if err != nil {
		return &RowError{err}
	}
	return nil
}

// take reads the features of a feed.
func (r *tfrecordReader) take(i int) error {
	f := &r.layout.Feeds[i]
	r.next[i].reset()
	r.shapes[i] = f.Shape
	for _, at := range f.Columns {
		values := &r.features[at]
		if err := r.next[i].feature(values); err != nil {
			return fmt.Errorf("feature %q: %w", values.Name, err)
		}
		n := max(values.Len(), 1)
		switch {
		case f.Kept || len(f.Columns) > 1:
			if n != 1 {
				return fmt.Errorf("feature %q: wanted one value, received %d", values.Name, n)
			}
		case f.Class && n == 1:
			r.shapes[i] = Scalar
		default:
			shape, ok := shaped(f, n)
			if !ok {
				return fmt.Errorf("feature %q: %w", values.Name, f.mismatch([]int{n}))
			}
			r.shapes[i] = shape
		}
	}
	return nil
}

// shaped is the shape of n values of a feed, of which one axis may be of unknown
// size.
func shaped(f *Feed, n int) (runtime.Shape, bool) {
	shape, unknown, unit := slices.Clone(rowShape(f.Port)), -1, 1
	for a, d := range shape {
		if d >= 0 {
			unit *= d
		} else if unknown >= 0 {
			return nil, false
		} else {
			unknown = a
		}
	}
	if unknown < 0 {
		return shape, unit == n
	}
	if unit == 0 || n%unit != 0 {
		return nil, false
	}
	shape[unknown] = n / unit
	return shape, true
}

// feature appends the values of a feature. One without any is missing.
func (c *cells) feature(f *tfrecord.Feature) (err error) {
	if f.Len() == 0 {
		return c.absent()
	}
	for i := 0; err == nil && i < len(f.Texts); i++ {
		err = c.text(f.Texts[i])
	}
	for i := 0; err == nil && i < len(f.Floats); i++ {
		if c.dtype == runtime.String {
			c.s = append(c.s, string(appendFloat(nil, f.Floats[i], "")))
		} else {
			err = c.number(float64(f.Floats[i]))
		}
	}
	for i := 0; err == nil && i < len(f.Ints); i++ {
		err = c.integer(f.Ints[i])
	}
	return err
}

// match lays the features out, once for rows with the same ones.
func (r *tfrecordReader) match() error {
	if r.layout != nil && slices.EqualFunc(r.keys, r.features, func(k string, f tfrecord.Feature) bool { return k == f.Name }) {
		return nil
	}
	columns, keys := Columns{}, []string{}
	for i := range r.features {
		columns.List, keys = append(columns.List, Column{Name: r.features[i].Name}), append(keys, r.features[i].Name)
	}
	layout, err := r.w.Match(columns)
	if err != nil {
		return err
	}
	if r.layout != nil && len(layout.Feeds) != len(r.layout.Feeds) {
		return fmt.Errorf("wanted the features of the rows before, received %s", brief(keys))
	}
	if r.layout == nil {
		r.cells, r.next = r.w.newCells(layout), r.w.newCells(layout)
		r.shapes = make([]runtime.Shape, len(layout.Feeds))
	}
	r.keys, r.layout = keys, layout
	return nil
}
