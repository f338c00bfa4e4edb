package layers

import (
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer {
		return &LayerNormalization{Axis: []int{-1}, Epsilon: 1e-3, affine: defaultAffine}
	}, "LayerNormalization")
}

// LayerNormalization centers and scales each row along the axes
// (keras/src/layers/normalization/layer_normalization.py).
type LayerNormalization struct {
	Common
	affine
	Axis    []int   `keras:"axis"`
	Epsilon float64 `keras:"epsilon"`

	// RMSScaling divides by the deviation without centering, an option that
	// Keras 3.9 replaced by RMSNormalization.
	RMSScaling bool `keras:"rms_scaling"`
}

// Validate implements validator.
func (l *LayerNormalization) Validate(d *Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
	if l.RMSScaling {
		l.Scale, l.Center = true, false
	}
}

// Build implements Layer.
func (l *LayerNormalization) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := sizesOf(in[0], l.Axis)
	if err != nil {
		return nil, err
	}
	return l.weights(shape), nil
}

// Call implements Layer.
func (l *LayerNormalization) Call(c *Call, in []Tensor) ([]Tensor, error) {
	gamma, beta, _ := l.split(c.Weights)
	y := overAxes(c.Builder, in[0].Value, l.Axis, func(x *runtime.Value) *runtime.Value {
		if l.RMSScaling {
			centered := c.Sub(x, c.Mean(x, []int{-1}, true))
			variance := c.Mean(c.Square(centered), []int{-1}, true)
			y := c.Mul(x, c.Rsqrt(c.Add(variance, c.Scalar(float32(l.Epsilon)))))
			return c.Mul(y, flat(c.Builder, gamma))
		}
		return c.LayerNorm(x, flat(c.Builder, gamma), flat(c.Builder, beta), float32(l.Epsilon))
	})
	return Keep(in[0], y)
}

// sortedAxes resolves axes and puts them in order, as Keras does before it gives
// weights their shape.
func sortedAxes(s runtime.Shape, axes []int) ([]int, error) {
	out := make([]int, len(axes))
	for i, a := range axes {
		r, err := s.Axis(a)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// sizesOf returns the sizes of the axes, which must be known.
func sizesOf(s runtime.Shape, axes []int) (runtime.Shape, error) {
	sorted, err := sortedAxes(s, axes)
	if err != nil {
		return nil, err
	}
	shape := make(runtime.Shape, len(sorted))
	for i, a := range sorted {
		if shape[i], err = WantKnown(s, a); err != nil {
			return nil, err
		}
	}
	return shape, nil
}

// flat makes a vector of a weight; nil stays nil.
func flat(b *runtime.Builder, v *runtime.Value) *runtime.Value {
	if v == nil || v.Rank() == 1 {
		return v
	}
	return b.Reshape(v, runtime.Infer)
}

// overAxes applies a function of the last axis to several axes taken as one.
func overAxes(b *runtime.Builder, x *runtime.Value, axes []int, f func(x *runtime.Value) *runtime.Value) *runtime.Value {
	axes, err := sortedAxes(x.Shape, axes)
	if err != nil {
		return b.Fail(err)
	}
	first := x.Rank() - len(axes)
	perm := append(otherAxes(x.Rank(), axes...), axes...)
	back := make([]int, len(perm))
	for i, a := range perm {
		back[a] = i
	}
	moved := !slices.IsSorted(perm)
	if moved {
		x = b.Transpose(x, perm...)
	}
	whole := x
	if len(axes) > 1 {
		sizes := []int{}
		for a := range first {
			sizes = append(sizes, runtime.CopyAxis(a))
		}
		x = b.Reshape(x, append(sizes, runtime.Infer)...)
	}
	y := f(x)
	if len(axes) > 1 {
		y = b.ReshapeLike(y, whole)
	}
	if moved {
		y = b.Transpose(y, back...)
	}
	return y
}
