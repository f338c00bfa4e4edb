package table

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// ReadTraining reads all rows that a model is trained on, from any format whose
// columns have names: those of the inputs, the targets, and sample_weight if
// there is one.
func ReadTraining(in *Input, w *Wanted) (*train.Data, error) {
	d, err := readTraining(in, w)
	if err != nil {
		return nil, nameInput(in, err)
	}
	return d, nil
}

func readTraining(in *Input, w *Wanted) (*train.Data, error) {
	r, err := open(in, w)
	if err != nil {
		return nil, err
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	all, err := readAll(r, func() *Layout { return w.Found })
	if err != nil {
		return nil, err
	}
	x, y := len(w.Inputs), len(w.Inputs)+len(w.Outputs)
	d := &train.Data{X: all[:x], Y: all[x:y]}
	if len(all) > y {
		d.SampleWeight = all[y].Float32s()
	}
	return d, nil
}

// readAll reads to the end.
func readAll(r Reader, l func() *Layout) ([]*runtime.Tensor, error) {
	if whole, ok := r.(*tensorReader); ok {
		return whole.tensors, nil
	}
	var all []cells
	var shapes [][]int
	for {
		some, err := r.Next(4096)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if all == nil {
			all, shapes = newCells(l()), make([][]int, len(some))
		}
		for i, t := range some {
			if shapes[i] == nil {
				shapes[i] = append([]int{0}, t.Shape()[1:]...)
			}
			if !slices.Equal(shapes[i][1:], t.Shape()[1:]) {
				return nil, &runtime.ShapeError{What: fmt.Sprintf("row %d for %q", shapes[i][0]+1, l().Feeds[i].Port.Name), Wanted: fmt.Sprint(shapes[i][1:], ", as in the rows before"), Received: fmt.Sprint(t.Shape()[1:])}
			}
			shapes[i][0] += t.Shape()[0]
			all[i].move(&cells{f: t.Float32s(), i: t.Int32s(), l: t.Int64s(), b: t.Bools(), s: t.Strings()})
		}
	}
	if all == nil {
		return nil, errors.New("no rows")
	}
	out := make([]*runtime.Tensor, len(all))
	for i := range all {
		var err error
		if out[i], err = all[i].tensor(shapes[i]...); err != nil {
			return nil, err
		}
	}
	return out, nil
}
