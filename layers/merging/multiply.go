package merging

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Multiply", func() layers.Layer { return &Multiply{} })
}

// Multiply multiplies its inputs; a masked value counts as 1, and what all
// masks hide is 0 (keras/src/layers/merging/multiply.py).
type Multiply struct{ merge }

// Call implements Layer.
func (l *Multiply) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	have, all := masks(in)
	times := layers.Arithmetic(c, "multiply", c.Mul)
	if len(have) == 0 || l.Keras2Masks {
		return l.plain(c, in, l.fold(c, in, times))
	}
	values := l.aligned(c, in)
	for i, t := range in {
		if t.Mask != nil {
			values[i] = c.Select(c.ExpandDims(t.Mask, -1), values[i], layers.WholeNumber(c, 1, values[i]))
		}
	}
	y := values[0]
	for _, x := range values[1:] {
		y = times(y, x)
	}
	out := layers.Tensor{Value: y, Mask: l.mask(c, in)}
	if all {
		out.Value = c.Select(c.ExpandDims(out.Mask, -1), y, layers.WholeNumber(c, 0, y))
	}
	return []layers.Tensor{out}, nil
}
