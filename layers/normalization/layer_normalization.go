package normalization

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("LayerNormalization", func() layers.Layer {
		return &LayerNormalization{Axis: []int{-1}, Epsilon: 1e-3, affine: defaultAffine}
	})
}

// LayerNormalization centers and scales each row along the axes
// (keras/src/layers/normalization/layer_normalization.py).
type LayerNormalization struct {
	layers.Common
	affine
	Axis    []int   `keras:"axis"`
	Epsilon float64 `keras:"epsilon"`

	// RMSScaling divides by the deviation without centering, an option that
	// Keras 3.9 replaced by RMSNormalization.
	RMSScaling bool `keras:"rms_scaling"`
}

// Validate implements Validator.
func (l *LayerNormalization) Validate(d *layers.Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
	if l.RMSScaling {
		l.Scale, l.Center = true, false
	}
}

// Build implements Layer.
func (l *LayerNormalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := layers.SizesOf(in[0], l.Axis)
	if err != nil {
		return nil, err
	}
	return l.weights(shape), nil
}

// Call implements Layer.
func (l *LayerNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	gamma, beta := l.of(c)
	y := overAxes(c, in[0].Value, l.Axis, func(x *runtime.Value) *runtime.Value {
		if l.RMSScaling {
			centered := c.Sub(x, c.Mean(x, []int{-1}, true))
			variance := c.Mean(c.Square(centered), []int{-1}, true)
			y := c.Mul(x, c.Rsqrt(c.Add(variance, c.Scalar(float32(l.Epsilon)))))
			return c.Mul(y, c.Flat(gamma))
		}
		return c.LayerNorm(x, c.Flat(gamma), c.Flat(beta), float32(l.Epsilon))
	})

	return layers.Keep(in[0], y)
}

// overAxes applies a function of the last axis to several axes taken as one.
func overAxes(c *layers.Call, x *runtime.Value, axes []int, f func(x *runtime.Value) *runtime.Value) *runtime.Value {
	axes, err := layers.SortedAxes(x.Shape, axes)
	if err != nil {
		return c.Fail(err)
	}
	first := x.Rank() - len(axes)
	perm := append(layers.OtherAxes(x.Rank(), axes...), axes...)
	back := make([]int, len(perm))
	for i, a := range perm {
		back[a] = i
	}
	moved := !slices.IsSorted(perm)
	if moved {
		x = c.Transpose(x, perm...)
	}
	whole := x
	if len(axes) > 1 {
		sizes := []int{}
		for a := range first {
			sizes = append(sizes, runtime.CopyAxis(a))
		}
		x = c.Reshape(x, append(sizes, runtime.Infer)...)
	}
	y := f(x)
	if len(axes) > 1 {
		y = c.ReshapeLike(y, whole)
	}
	if moved {
		y = c.Transpose(y, back...)
	}
	return y
}
