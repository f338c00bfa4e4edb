package merging

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Minimum", func() layers.Layer { return &Minimum{} })
}

// Minimum takes the smaller value at each place
// (keras/src/layers/merging/minimum.py).
type Minimum struct{ merge }

// Call implements Layer.
func (l *Minimum) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.extreme(c, in, layers.Arithmetic(c, "minimum", c.Builder.Minimum))
}
