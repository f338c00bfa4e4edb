package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer { return &Dropout{} }, "Dropout")
}

// Dropout sets a share of its input to 0 in training and scales the rest up
// (keras/src/layers/regularization/dropout.py).
type Dropout struct {
	Common
	dropRate
	NoiseShape []*int `keras:"noise_shape"` // null is the input's size
}

// dropRate is what the layers that drop have in common.
type dropRate struct {
	Rate float64 `keras:"rate"`
	Seed any     `keras:"seed"` // Keras' generator is not reproduced
}

// Validate implements validator.
func (r *dropRate) Validate(d *Decoder) { wantRate(d, "rate", r.Rate) }

func wantRate(d *Decoder, name string, rate float64) {
	if !(rate >= 0 && rate <= 1) {
		d.Broken("%s must be between 0 and 1, received %v", name, rate)
	}
}

// Call implements Layer.
func (l *Dropout) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	return Keep(in[0], dropout(c, in[0].Value, l.Rate, l.NoiseShape))
}

// dropout sets a share of x to 0 and divides the rest by 1-rate. Along axes on
// which the noise has size 1 all places fall together.
func dropout(c *Call, x *runtime.Value, rate float64, noise []*int) *runtime.Value {
	if rate >= 1 {
		return c.Mul(x, c.Scalar(0))
	}
	kept := c.Select(keepMask(c, x, rate, noise), c.Scalar(float32(1/(1-rate))), c.Scalar(0))
	return c.Mul(x, kept)
}

// keepMask holds where a place is kept.
func keepMask(c *Call, x *runtime.Value, rate float64, noise []*int) *runtime.Value {
	like := x
	if noise != nil {
		ranges, err := noiseRanges(x.Shape, noise)
		if err != nil {
			return c.Fail(err)
		}
		like = c.Slice(x, ranges...)
	}
	return c.GreaterEqual(c.Random(like), c.Scalar(float32(rate)))
}

// noiseRanges picks a part of an input that has the noise's shape.
func noiseRanges(s runtime.Shape, noise []*int) ([]runtime.Range, error) {
	if len(noise) != len(s) {
		return nil, &runtime.ShapeError{What: "noise_shape", Wanted: fmt.Sprintf("%d sizes", len(s)), Received: fmt.Sprint(len(noise))}
	}
	ranges := make([]runtime.Range, len(s))
	for a, n := range noise {
		ranges[a] = runtime.Whole
		switch {
		case n == nil || *n == s[a]:
		case *n == 1:
			ranges[a] = runtime.Range{From: 0, To: 1, Step: 1}
		case a > 0: // a batch size in the file says only how the model was trained
			return nil, &runtime.ShapeError{What: "noise_shape", Wanted: fmt.Sprintf("null, 1 or %d on axis %d", s[a], a), Received: fmt.Sprint(*n)}
		}
	}
	return ranges, nil
}
