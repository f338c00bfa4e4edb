package merging

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Maximum", func() layers.Layer { return &Maximum{} })
}

// Maximum takes the larger value at each place
// (keras/src/layers/merging/maximum.py).
type Maximum struct{ merge }

// Call implements Layer.
func (l *Maximum) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.extreme(c, in, layers.Arithmetic(c, "maximum", c.Builder.Maximum))
}
