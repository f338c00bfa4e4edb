package activations

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Activation", func() layers.Layer { return &ActivationLayer{} })
}

// ActivationLayer applies an activation function
// (keras/src/layers/activations/activation.py, where it is called Activation).
type ActivationLayer struct {
	layers.Common
	Activation layers.Activation `keras:"activation"`
}

// Call implements Layer.
func (l *ActivationLayer) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if l.Activation.Linear() {
		return in[:1], nil
	}
	t := l.Activation.Apply(c, in[0].Value)
	t.Mask = in[0].Mask
	return []layers.Tensor{t}, nil
}
