package activations

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ELU", func() layers.Layer { return &ELU{Alpha: 1} })
}

// ELU is x where x > 0, else alpha·(e^x - 1)
// (keras/src/layers/activations/elu.py).
type ELU struct {
	layers.Common
	Alpha float64 `keras:"alpha"`
}

// Call implements Layer.
func (l *ELU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.Keep(in[0], c.Elu(in[0].Value, float32(l.Alpha)))
}
