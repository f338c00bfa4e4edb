package activations

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ThresholdedReLU", func() layers.Layer { return &ThresholdedReLU{Theta: 1} })
}

// ThresholdedReLU is x where x > theta, else 0: a layer of Keras 2
// (keras/src/layers/activation/thresholded_relu.py of 2.15).
type ThresholdedReLU struct {
	layers.Common
	Theta float64 `keras:"theta"`
}

// Validate implements Validator.
func (l *ThresholdedReLU) Validate(d *layers.Decoder) {
	if l.Theta < 0 {
		d.Broken("theta must be >= 0, received %v", l.Theta)
	}
}

// Call implements Layer.
func (l *ThresholdedReLU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	return layers.Keep(in[0], c.Select(c.Greater(x, c.Scalar(float32(l.Theta))), x, c.Scalar(0)))
}
