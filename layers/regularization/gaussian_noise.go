package regularization

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("GaussianNoise", func() layers.Layer { return &GaussianNoise{} })
}

// GaussianNoise adds normal noise in training
// (keras/src/layers/regularization/gaussian_noise.py).
type GaussianNoise struct {
	layers.Common
	Stddev float64 `keras:"stddev"`
	Seed   any     `keras:"seed"`
}

// Validate implements Validator. Keras 3 refuses a deviation above 1, older
// files may have it.
func (l *GaussianNoise) Validate(d *layers.Decoder) {
	if l.Stddev < 0 {
		d.Broken("stddev must be >= 0, received %v", l.Stddev)
	}
}

// Call implements Layer.
func (l *GaussianNoise) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.Training || l.Stddev == 0 {
		return in[:1], nil
	}
	x := in[0].Value
	return layers.Keep(in[0], c.Add(x, normal(c, x, l.Stddev)))
}

// normal returns normal numbers of mean 0 in x's shape, from pairs of uniform
// ones (Box and Muller 1958).
func normal(c *layers.Call, x *runtime.Value, stddev float64) *runtime.Value {
	u, v := c.Random(x), c.Random(x)
	// 1-u lies in (0, 1], so that its logarithm is finite.
	radius := c.Sqrt(c.Mul(c.Log(c.Sub(c.Scalar(1), u)), c.Scalar(float32(-2*stddev*stddev))))
	return c.Mul(radius, c.Cos(c.Mul(v, c.Scalar(2*math.Pi))))
}
