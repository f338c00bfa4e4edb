package normalization

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("RMSNormalization", func() layers.Layer { return &RMSNormalization{Axis: []int{-1}, Epsilon: 1e-6} })
}

// RMSNormalization divides by the root of the mean square along the axes
// (keras/src/layers/normalization/rms_normalization.py).
type RMSNormalization struct {
	layers.Common
	Axis    []int   `keras:"axis"`
	Epsilon float64 `keras:"epsilon"`
}

// Validate implements Validator.
func (l *RMSNormalization) Validate(d *layers.Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
}

// Build implements Layer.
func (l *RMSNormalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := layers.SizesOf(in[0], l.Axis)
	if err != nil {
		return nil, err
	}
	return []layers.Weight{{Name: "scale", Shape: shape, Trainable: true, Initializer: layers.Initializer{Class: "Ones"}}}, nil
}

// Call implements Layer.
func (l *RMSNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	y := overAxes(c, layers.Floats(c, x), l.Axis, func(x *runtime.Value) *runtime.Value {
		return c.RMSNorm(x, c.Flat(c.Weight("scale")), float32(l.Epsilon))
	})
	if layers.IsInteger(x.DType) { // Keras cuts the answer off
		y = c.Wrap(c.Cast(y, x.DType), x)
	} else if x.DType == runtime.Bool {
		y = c.Cast(y, x.DType)
	}
	return layers.One(y)
}
