package regularization

import (
	"github.com/kerasrun/kerasrun/layers"
)

import ()

func init() {
	layers.RegisterKeras("Dropout", func() layers.Layer { return &Dropout{} })
}

// Dropout sets a share of its input to 0 in training and scales the rest up
// (keras/src/layers/regularization/dropout.py).
type Dropout struct {
	layers.Common
	dropRate
	NoiseShape []*int `keras:"noise_shape"` // null is the input's size
}

// dropRate is what the layers that drop have in common.
type dropRate struct {
	Rate float64 `keras:"rate"`
	Seed any     `keras:"seed"` // Keras' generator is not reproduced
}

// Validate implements Validator.
func (r *dropRate) Validate(d *layers.Decoder) { d.WantRate("rate", r.Rate) }

// Call implements Layer.
func (l *Dropout) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	return layers.Keep(in[0], c.Dropout(in[0].Value, l.Rate, l.NoiseShape))
}
