package merging

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Add", func() layers.Layer { return &Add{} })
}

// Add sums its inputs (keras/src/layers/merging/add.py).
type Add struct{ merge }

// Call implements Layer.
func (l *Add) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.plain(c, in, l.fold(c, in, layers.Arithmetic(c, "add", c.Builder.Add)))
}
