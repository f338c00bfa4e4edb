package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// Random returns uniform numbers in [0, 1) of x's shape, other ones at each step of
// training and for each use in the model.
func (c *Call) Random(x *runtime.Value) *runtime.Value {
	c.trace.Seeds++
	return c.RandomUniform(x, c.trace.Seeds)
}

// Dropout sets a share of x to 0 and divides the rest by 1-rate. Along axes on
// which the noise has size 1 all places fall together.
func (c *Call) Dropout(x *runtime.Value, rate float64, noise []*int) *runtime.Value {
	if rate >= 1 {
		return c.Mul(x, c.Scalar(0))
	}
	kept := c.Select(c.KeepMask(x, rate, noise), c.Scalar(float32(1/(1-rate))), c.Scalar(0))
	return c.Mul(x, kept)
}

// KeepMask holds where a place is kept.
func (c *Call) KeepMask(x *runtime.Value, rate float64, noise []*int) *runtime.Value {
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
