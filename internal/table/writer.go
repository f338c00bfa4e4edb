package table

import (
	"bufio"
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Writer writes the rows of a model's outputs.
type Writer interface {
	// Write appends the rows of the outputs, whose first axis is that of rows.
	Write(out []*runtime.Tensor) error
	// Close writes what is left. It does not close what is written to.
	Close() error
}

// NewWriter writes rows of the given outputs to w, batch after batch.
func (f *Format) NewWriter(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	return f.write(w, outputs)
}

// rowsOf returns the rows of all outputs, which must be the same number.
func rowsOf(out []*runtime.Tensor, outputs []keras.Port) (int, error) {
	rows := -1
	for i, t := range out {
		n := 1
		if len(t.Shape()) > 0 {
			n = t.Shape()[0]
		}
		if rows >= 0 && n != rows {
			return 0, fmt.Errorf("output %q has %d rows, the first one %d: they fit no table; write .npz", outputs[i].Name, n, rows)
		}
		rows = n
	}
	return max(rows, 0), nil
}

// notation is how a format writes elements.
type notation struct {
	nan    string // for what is not a number, if not as Go does
	quoted func(b []byte, s string) []byte
}

// element appends element i of a tensor as text.
func (n *notation) element(b []byte, t *runtime.Tensor, i int) []byte {
	switch t.DType() {
	case runtime.Int32:
		return appendInt(b, int64(t.Int32s()[i]))
	case runtime.Int64:
		return appendInt(b, t.Int64s()[i])
	case runtime.Bool:
		return appendBool(b, t.Bools()[i])
	case runtime.String:
		return n.quoted(b, t.Strings()[i])
	}
	return appendFloat(b, t.Float32s()[i], n.nan)
}
