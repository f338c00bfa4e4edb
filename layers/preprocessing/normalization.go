package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Normalization", func() layers.Layer { return &Normalization{Axis: []int{-1}} })
}

// Normalization centers and scales by mean and variance that the file holds, in
// its configuration or as weights (keras/src/layers/preprocessing/normalization.py).
type Normalization struct {
	layers.Common
	Axis     []int          `keras:"axis"` // each place on these has a mean of its own
	Mean     layers.Numbers `keras:"mean"`
	Variance layers.Numbers `keras:"variance"`
	Invert   bool           `keras:"invert"`
}

// Validate implements Validator.
func (l *Normalization) Validate(d *layers.Decoder) {
	switch m, v := l.Mean.Tensor, l.Variance.Tensor; {
	case (m == nil) != (v == nil):
		d.Broken("mean and variance must be given both, received one")
	}
}

// Build implements Layer.
func (l *Normalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := layers.SizesOf(in[0], l.Axis)
	if err != nil || l.Mean.Tensor != nil {
		return nil, err
	}
	return []layers.Weight{
		{Name: "mean", Shape: shape, Initializer: layers.Initializer{Class: "Zeros"}},
		{Name: "variance", Shape: shape, Initializer: layers.Initializer{Class: "Ones"}},
		{Name: "count", Shape: runtime.Shape{}, DType: "int64", Initializer: layers.Initializer{Class: "Zeros"}},
	}, nil
}

// Call implements Layer.
func (l *Normalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := c.Cast(in[0].Value, runtime.Float32)
	axes, err := layers.SortedAxes(x.Shape, l.Axis)
	if err != nil {
		return nil, err
	}
	var mean, variance *runtime.Value
	if l.Mean.Tensor != nil {
		mean, variance = c.Constant(l.Mean.Tensor), c.Constant(l.Variance.Tensor)
	} else {
		mean, variance = c.Weight("mean"), c.Weight("variance")
	}
	mean, variance = l.spread(c, mean, x, axes), l.spread(c, variance, x, axes)
	deviation := c.Maximum(c.Sqrt(variance), c.Scalar(1e-7)) // keras.config.epsilon()
	if l.Invert {
		return layers.Keep(in[0], c.Add(mean, c.Mul(x, deviation)))
	}
	return layers.Keep(in[0], c.Div(c.Sub(x, mean), deviation))
}

// spread aligns the last axes of v with the last of the given axes of x.
func (l *Normalization) spread(c *layers.Call, v, x *runtime.Value, axes []int) *runtime.Value {
	for v.Rank() > len(axes) && v.Shape[0] == 1 { // Keras 2 may have kept the axes of size 1
		v = c.Squeeze(v, 0)
	}
	if v.Rank() > len(axes) {
		return c.Fail(&runtime.ShapeError{Where: c.Scope, What: "mean and variance", Wanted: "at most one axis for each of axis", Received: v.Shape.String()})
	}
	sizes := make([]int, x.Rank())
	for i := range sizes {
		sizes[i] = 1
	}
	for i := range v.Rank() {
		sizes[axes[len(axes)-v.Rank()+i]] = runtime.CopyAxis(i)
	}
	return c.Reshape(v, sizes...)
}
