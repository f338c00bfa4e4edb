package table

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// numpyWriter keeps all rows until Close, for a header with their number comes
// first.
type numpyWriter struct {
	outputs []keras.Port
	shapes  [][]int
	cells   []cells
	end     func([]npz.Named) error
}

func writeNPY(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	if len(outputs) != 1 {
		return nil, fmt.Errorf("a .npy file holds one array, the model has %d outputs: use .npz", len(outputs))
	}
	return newNumpyWriter(outputs, func(m []npz.Named) error { return npz.WriteNPY(w, m[0].Array) }), nil
}

func writeNPZ(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	return newNumpyWriter(outputs, func(m []npz.Named) error { return npz.WriteNPZ(w, m) }), nil
}

func newNumpyWriter(outputs []keras.Port, end func([]npz.Named) error) *numpyWriter {
	n := &numpyWriter{outputs: outputs, end: end, cells: make([]cells, len(outputs))}
	for i, o := range outputs {
		n.cells[i].dtype = o.DType
	}
	return n
}

// Write implements Writer.
func (n *numpyWriter) Write(out []*runtime.Tensor) error {
	if n.shapes == nil {
		n.shapes = make([][]int, len(out))
	}
	for i, t := range out {
		shape := t.Shape()
		if old := n.shapes[i]; old == nil {
			n.shapes[i] = slices.Clone(shape)
		} else if len(old) == 0 || !slices.Equal(old[1:], shape[1:]) {
			return fmt.Errorf("output %q has rows of shapes %v and %v: they fit no array; write JSON lines", n.outputs[i].Name, old, shape)
		} else {
			old[0] += shape[0]
		}
		n.cells[i].move(&cells{f: t.Float32s(), i: t.Int32s(), l: t.Int64s(), b: t.Bools(), s: t.Strings()})
	}
	return nil
}

// Close implements Writer.
func (n *numpyWriter) Close() error {
	var members []npz.Named
	for i, o := range n.outputs {
		shape := []int{0}
		if n.shapes != nil {
			shape = n.shapes[i]
		}
		t, err := n.cells[i].tensor(shape...)
		if err != nil {
			return err
		}
		members = append(members, npz.Named{Name: o.Name, Array: arrays.Array(t)})
	}
	return n.end(members)
}
