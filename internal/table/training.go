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
// columns have names: those of the inputs, the targets, and the one that weighs
// rows if there is one. Columns that are carried along are kept, as text.
func ReadTraining(in *Input, w *Wanted) (d *train.Data, kept []*runtime.Tensor, err error) {
	if d, kept, err = readTraining(in, w); err != nil {
		return nil, nil, nameInput(in, err)
	}
	return d, kept, nil
}

func readTraining(in *Input, w *Wanted) (*train.Data, []*runtime.Tensor, error) {
	r, err := open(in, w)
	if err != nil {
		return nil, nil, err
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	all, err := readAll(r, rowsAtOnce(w), func() *Layout { return w.Found })
	if err != nil {
		return nil, nil, err
	}
	d, kept := w.training(all)
	return d, kept, nil
}

// training divides tensors as the layout has them.
func (w *Wanted) training(all []*runtime.Tensor) (d *train.Data, kept []*runtime.Tensor) {
	x, y := len(w.Inputs), len(w.Inputs)+len(w.Outputs)
	d = &train.Data{X: all[:x], Y: all[x:y]}
	rest := all[y:]
	if len(rest) > len(w.Found.Kept()) {
		d.SampleWeight, rest = rest[0].Float32s(), rest[1:]
	}
	return d, rest
}

// rowsAtOnce is how many rows are read together.
func rowsAtOnce(w *Wanted) int { return min(max(1, batchBytes/RowBytes(w.Inputs)), 4096) }

// readAll reads to the end, so many rows at a time.
func readAll(r Reader, rows int, l func() *Layout) ([]*runtime.Tensor, error) {
	if whole, ok := r.(*tensorReader); ok {
		return whole.tensors, nil
	}
	var all []cells
	var shapes [][]int
	for {
		some, err := r.Next(rows)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if all == nil {
			all, shapes = make([]cells, len(some)), make([][]int, len(some))
		}
		for i, t := range some {
			all[i].dtype = t.DType()
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
