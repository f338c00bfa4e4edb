package merging

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Subtract", func() layers.Layer { return &Subtract{} })
}

// Subtract is its first input less its second
// (keras/src/layers/merging/subtract.py).
type Subtract struct{ merge }

// Build implements Layer.
func (l *Subtract) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return nil, layers.WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *Subtract) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.plain(c, in, l.fold(c, in, layers.Arithmetic(c, "subtract", c.Sub)))
}
