package layers

import "math"

func init() {
	register(func() Layer { return &GaussianDropout{} }, "GaussianDropout")
}

// GaussianDropout multiplies by normal numbers of mean 1 in training
// (keras/src/layers/regularization/gaussian_dropout.py).
type GaussianDropout struct {
	Common
	dropRate
}

// Call implements Layer.
func (l *GaussianDropout) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	x := in[0].Value
	noise := normal(c, x, math.Sqrt(l.Rate/(1-l.Rate)))
	return Keep(in[0], c.Mul(x, c.Add(noise, c.Scalar(1))))
}
