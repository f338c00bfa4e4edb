package layers

import "math"

func init() {
	register(func() Layer { return &AlphaDropout{} }, "AlphaDropout")
}

// AlphaDropout is the dropout that keeps mean and variance of selu's outputs
// (keras/src/layers/regularization/alpha_dropout.py; Klambauer et al. 2017).
type AlphaDropout struct {
	Common
	dropRate
	NoiseShape []*int `keras:"noise_shape"`
}

// Call implements Layer.
func (l *AlphaDropout) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	const dropped = -seluAlpha * seluScale // what a dropped place holds
	scale := 1 / math.Sqrt((1-l.Rate)*(1+l.Rate*dropped*dropped))
	shift := -scale * dropped * l.Rate
	x := in[0].Value
	x = c.Select(keepMask(c, x, l.Rate, l.NoiseShape), x, c.Scalar(dropped))
	return Keep(in[0], c.Add(c.Mul(x, c.Scalar(float32(scale))), c.Scalar(float32(shift))))
}
