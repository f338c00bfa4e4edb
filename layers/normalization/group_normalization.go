package normalization

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("GroupNormalization", func() layers.Layer {
		return &GroupNormalization{Groups: 32, Axis: -1, Epsilon: 1e-3, affine: defaultAffine}
	})
}

// GroupNormalization centers and scales each group of channels of each row
// (keras/src/layers/normalization/group_normalization.py).
type GroupNormalization struct {
	layers.Common
	affine
	Groups  int     `keras:"groups"` // -1 is one for each channel
	Axis    int     `keras:"axis"`
	Epsilon float64 `keras:"epsilon"`
}

// Validate implements Validator.
func (l *GroupNormalization) Validate(d *layers.Decoder) {
	if l.Groups < 1 && l.Groups != -1 {
		d.Broken("groups must be >= 1 or -1, received %d", l.Groups)
	}
}

// Build implements Layer.
func (l *GroupNormalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 2, -1); err != nil {
		return nil, err
	}
	n, err := layers.WantKnown(in[0], l.Axis)
	if err != nil {
		return nil, err
	}
	if l.Groups > 0 && n%l.Groups != 0 {
		return nil, &runtime.ShapeError{What: "groups", Wanted: fmt.Sprintf("a divisor of %d channels", n), Received: fmt.Sprint(l.Groups)}
	}
	return l.weights(runtime.Shape{n}), nil
}

// Call implements Layer.
func (l *GroupNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if x.DType != runtime.Float32 { // Keras 3.8 and later cut the answer off
		return nil, &runtime.ShapeError{What: "input", Wanted: "float32", Received: x.Type.String()}
	}
	axis, err := x.Shape.Axis(l.Axis)
	if err != nil {
		return nil, err
	}
	last := x.Rank() - 1
	groups := l.Groups
	if groups == -1 {
		groups = x.Shape[axis]
	}
	gamma, beta := l.of(c)
	x = c.MoveAxis(x, axis, last)
	grouped := c.Reshape(x, runtime.CopyAxis(0), runtime.Infer, groups, x.Shape[last]/max(1, groups))
	axes := []int{1, 3}
	centered := c.Sub(grouped, c.Mean(grouped, axes, true))
	variance := c.Mean(c.Square(centered), axes, true)
	y := c.ReshapeLike(c.Mul(centered, c.Rsqrt(c.Add(variance, c.Scalar(float32(l.Epsilon))))), x)
	if gamma != nil {
		y = c.Mul(y, gamma)
	}
	if beta != nil {
		y = c.Add(y, beta)
	}
	return layers.Keep(in[0], c.MoveAxis(y, last, axis))
}
