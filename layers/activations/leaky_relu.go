package activations

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("LeakyReLU", func() layers.Layer { return &LeakyReLU{NegativeSlope: 0.3} })
}

// LeakyReLU is x where x > 0, else negative_slope·x
// (keras/src/layers/activations/leaky_relu.py).
type LeakyReLU struct {
	layers.Common
	NegativeSlope float64 `keras:"negative_slope"`
}

// Validate implements Validator.
func (l *LeakyReLU) Validate(d *layers.Decoder) {
	if l.NegativeSlope < 0 {
		d.Broken("negative_slope must be >= 0, received %v", l.NegativeSlope)
	}
}

// Call implements Layer.
func (l *LeakyReLU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.Keep(in[0], c.LeakyRelu(layers.Floats(c, in[0].Value), float32(l.NegativeSlope)))
}
