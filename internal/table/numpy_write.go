package table

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// numpyWriter keeps all rows until Close, for a header with their number comes
// first.
type numpyWriter struct {
	w       *bufio.Writer
	outputs []keras.Port
	format  Format
	shapes  [][]int
	cells   []cells
}

func newNumpyWriter(w *bufio.Writer, outputs []keras.Port, f Format) *numpyWriter {
	n := &numpyWriter{w: w, outputs: outputs, format: f, cells: make([]cells, len(outputs))}
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
		n.cells[i].move(&cells{f: t.Float32s(), i: t.Int32s(), l: t.Int64s(), b: t.Bools()})
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
		members = append(members, npz.Named{Name: o.Name, Array: n.cells[i].array(shape)})
	}
	if n.format == NPY {
		return npz.WriteNPY(n.w, members[0].Array)
	}
	return npz.WriteNPZ(n.w, members)
}

// array gives the elements a shape in NumPy's terms.
func (c *cells) array(shape []int) *npz.Array {
	a := &npz.Array{DType: "f4", Shape: shape, Data: c.f}
	switch c.dtype {
	case runtime.Int32:
		a.DType, a.Data = "i4", c.i
	case runtime.Int64:
		a.DType, a.Data = "i8", c.l
	case runtime.Bool:
		a.DType, a.Data = "b1", c.b
	}
	return a
}
