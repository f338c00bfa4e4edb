package table

import (
	"bytes"
	"fmt"
	"io"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/runtime"
)

func isNPY(in *Input) bool { return bytes.HasPrefix(in.head(), []byte("\x93NUMPY")) }

func isNPZ(in *Input) bool {
	head := in.head()
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// npyReader reads one array row by row.
type npyReader struct {
	stream *npz.Stream
	feed   *Feed
	most   int // rows that come together
}

func readNPY(in *Input, w *Wanted) (Reader, error) {
	s, err := npz.NewStream(in.Reader, npz.Limits{MaxBytes: maxWhole})
	if err != nil {
		return nil, err
	}
	if len(w.Inputs) != 1 || w.Outputs != nil {
		return nil, fmt.Errorf("a .npy file holds one array, wanted %d inputs (%s) and %d targets: use .npz", len(w.Inputs), describe(w.Inputs), len(w.Outputs))
	}
	layout, err := w.Match(Columns{List: []Column{{Shape: s.Shape[1:]}}, Ordered: true})
	if err != nil {
		return nil, err
	}
	r := &npyReader{stream: s, feed: &layout.Feeds[0], most: 1 << 30}
	if _, ok := r.feed.accepts(s.Shape[1:]); !ok {
		return nil, r.feed.mismatch(s.Shape[1:])
	}
	if s.Shape[0] > 0 && s.RowBytes() == 0 {
		return nil, fmt.Errorf("rows must hold elements, received shape %v", s.Shape)
	}
	if _, open := elementsOf(w.Inputs...); open {
		r.most = int(max(1, batchBytes/s.RowBytes()))
	}
	return r, nil
}

// Next implements Reader.
func (r *npyReader) Next(n int) ([]*runtime.Tensor, error) {
	a, err := r.stream.Next(min(n, r.most))
	if err != nil {
		return nil, err
	}
	t, err := r.feed.tensor(a)
	return []*runtime.Tensor{t}, err
}

// tensor converts an array of rows to what the feed takes.
func (f *Feed) tensor(a *npz.Array) (*runtime.Tensor, error) {
	if len(a.Shape) == 0 {
		return nil, f.mismatch(nil)
	}
	shape, ok := f.accepts(a.Shape[1:])
	if !ok {
		return nil, f.mismatch(a.Shape[1:])
	}
	t, err := arrays.Tensor(a, f.Port.DType)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", f.Port.Name, err)
	}
	return t.Reshaped(append([]int{a.Shape[0]}, shape...)...)
}

// tensorReader gives rows of whole tensors.
type tensorReader struct {
	tensors []*runtime.Tensor
	at      int
}

// readNPZ reads an archive, whose arrays are columns.
func readNPZ(in *Input, w *Wanted) (Reader, error) {
	from, size, err := in.readerAt()
	if err != nil {
		return nil, err
	}
	a, err := npz.Read(from, size, npz.Limits{})
	if err != nil {
		return nil, err
	}
	columns := Columns{Loose: true}
	for _, m := range a {
		columns.List = append(columns.List, Column{Name: m.Name, Shape: m.Shape[min(1, len(m.Shape)):]})
	}
	layout, err := w.Match(columns)
	if err != nil {
		return nil, err
	}
	r := &tensorReader{}
	for i := range layout.Feeds {
		t, err := layout.Feeds[i].gather(a)
		if err != nil {
			return nil, err
		}
		if rows := r.rows(); t.Shape()[0] != rows && i > 0 {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("array for %q", layout.Feeds[i].Port.Name), Wanted: fmt.Sprintf("%d rows, as in the first input", rows), Received: fmt.Sprint(t.Shape()[0])}
		}
		r.tensors = append(r.tensors, t)
	}
	return r, nil
}

// gather makes the feed's tensor of the arrays it consists of.
func (f *Feed) gather(a npz.Archive) (*runtime.Tensor, error) {
	if len(f.Columns) == 1 {
		return f.tensor(a[f.Columns[0]].Array)
	}
	parts := make([]*runtime.Tensor, len(f.Columns))
	for k, at := range f.Columns {
		var err error
		if len(a[at].Shape) == 0 {
			return nil, f.mismatch(nil)
		}
		if parts[k], err = arrays.Tensor(a[at].Array, f.Port.DType); err != nil {
			return nil, fmt.Errorf("%q: %w", a[at].Name, err)
		}
		if parts[k].Shape()[0] != parts[0].Shape()[0] {
			return nil, fmt.Errorf("%q must have %d rows, as %q has, received %d", a[at].Name, parts[0].Shape()[0], a[f.Columns[0]].Name, parts[k].Shape()[0])
		}
	}
	rows := parts[0].Shape()[0]
	out, err := runtime.NewTensor(f.Port.DType, append([]int{rows}, f.Shape...)...)
	if err != nil {
		return nil, err
	}
	bytes, texts := out.Bytes(), out.Strings()
	for r := range rows {
		for _, p := range parts {
			bytes = bytes[copy(bytes, rowOf(p.Bytes(), r, rows)):]
			texts = texts[copy(texts, rowOf(p.Strings(), r, rows)):]
		}
	}
	return out, nil
}

// rowOf is row r of so many.
func rowOf[T any](all []T, r, rows int) []T {
	n := len(all) / rows
	return all[r*n : (r+1)*n]
}

func (r *tensorReader) rows() int {
	if len(r.tensors) == 0 {
		return 0
	}
	return r.tensors[0].Shape()[0]
}

// Next implements Reader.
func (r *tensorReader) Next(n int) ([]*runtime.Tensor, error) {
	hi := min(r.at+min(n, r.rows()), r.rows())
	if r.at >= hi {
		return nil, io.EOF
	}
	out := make([]*runtime.Tensor, len(r.tensors))
	for i, t := range r.tensors {
		out[i] = t.Rows(r.at, hi)
	}
	r.at = hi
	return out, nil
}
