package regularization

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GaussianDropout", func() layers.Layer { return &GaussianDropout{} })
}

// GaussianDropout multiplies by normal numbers of mean 1 in training
// (keras/src/layers/regularization/gaussian_dropout.py).
type GaussianDropout struct {
	layers.Common
	dropRate
}

// Call implements Layer.
func (l *GaussianDropout) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	x := in[0].Value
	noise := normal(c, x, math.Sqrt(l.Rate/(1-l.Rate)))
	return layers.Keep(in[0], c.Mul(x, c.Add(noise, c.Scalar(1))))
}
