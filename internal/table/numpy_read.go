package table

import (
	"fmt"
	"io"
	"strings"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// tensorReader gives rows of whole tensors.
type tensorReader struct {
	tensors []*runtime.Tensor
	at      int
}

func newNPYReader(r io.Reader, inputs []keras.Port) (Reader, error) {
	a, err := npz.ReadNPY(r, npz.Limits{})
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 {
		return nil, fmt.Errorf("a .npy file holds one array, the model has %d inputs (%s): use .npz", len(inputs), describe(inputs))
	}
	return newTensorReader([]*npz.Array{a}, inputs)
}

func newNPZReader(a npz.Archive, inputs []keras.Port) (Reader, error) {
	all := make([]*npz.Array, len(inputs))
	for i, p := range inputs {
		if all[i] = member(a, p.Name, fmt.Sprint("input_", i)); all[i] == nil && len(inputs) == 1 {
			if all[i] = a.Get("x"); all[i] == nil && len(a) == 1 {
				all[i] = a[0].Array
			}
		}
		if all[i] == nil {
			return nil, fmt.Errorf("the archive has no array %q or input_%d for an input; it has %s", p.Name, i, memberNames(a))
		}
	}
	return newTensorReader(all, inputs)
}

// member finds the first of several names.
func member(a npz.Archive, names ...string) *npz.Array {
	for _, n := range names {
		if m := a.Get(n); m != nil {
			return m
		}
	}
	return nil
}

func memberNames(a npz.Archive) string {
	var names []string
	for _, m := range a {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

func newTensorReader(all []*npz.Array, inputs []keras.Port) (Reader, error) {
	r := &tensorReader{}
	for i, a := range all {
		t, err := arrays.Tensor(a, inputs[i].DType)
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", inputs[i].Name, err)
		}
		if len(a.Shape) == 0 || !fits(a.Shape[1:], inputs[i]) {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("input %q", inputs[i].Name), Wanted: inputs[i].Shape.String(), Received: t.Shape().String()}
		}
		if a.Shape[0] != all[0].Shape[0] {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("input %q", inputs[i].Name), Wanted: fmt.Sprintf("%d rows, as in the first input", all[0].Shape[0]), Received: fmt.Sprint(a.Shape[0])}
		}
		r.tensors = append(r.tensors, t)
	}
	return r, nil
}

// Next implements Reader.
func (r *tensorReader) Next(n int) ([]*runtime.Tensor, error) {
	rows := r.tensors[0].Shape()[0]
	if r.at >= rows {
		return nil, io.EOF
	}
	hi := min(r.at+n, rows)
	out := make([]*runtime.Tensor, len(r.tensors))
	for i, t := range r.tensors {
		out[i] = t.Rows(r.at, hi)
	}
	r.at = hi
	return out, nil
}
