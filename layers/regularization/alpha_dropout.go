package regularization

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AlphaDropout", func() layers.Layer { return &AlphaDropout{} })
}

// AlphaDropout is the dropout that keeps mean and variance of selu's outputs
// (keras/src/layers/regularization/alpha_dropout.py; Klambauer et al. 2017).
type AlphaDropout struct {
	layers.Common
	dropRate
	NoiseShape []*int `keras:"noise_shape"`
}

// Call implements Layer.
func (l *AlphaDropout) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	const dropped = -layers.SeluAlpha * layers.SeluScale // what a dropped place holds
	scale := 1 / math.Sqrt((1-l.Rate)*(1+l.Rate*dropped*dropped))
	shift := -scale * dropped * l.Rate
	x := in[0].Value
	x = c.Select(c.KeepMask(x, l.Rate, l.NoiseShape), x, c.Scalar(dropped))
	return layers.Keep(in[0], c.Add(c.Mul(x, c.Scalar(float32(scale))), c.Scalar(float32(shift))))
}
