package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &RMSNormalization{Axis: []int{-1}, Epsilon: 1e-6} }, "RMSNormalization")
}

// RMSNormalization divides by the root of the mean square along the axes
// (keras/src/layers/normalization/rms_normalization.py).
type RMSNormalization struct {
	Common
	Axis    []int   `keras:"axis"`
	Epsilon float64 `keras:"epsilon"`
}

// Validate implements validator.
func (l *RMSNormalization) Validate(d *Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
}

// Build implements Layer.
func (l *RMSNormalization) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := sizesOf(in[0], l.Axis)
	if err != nil {
		return nil, err
	}
	return []Weight{{Name: "scale", Shape: shape, Trainable: true, Initializer: Initializer{Class: "Ones"}}}, nil
}

// Call implements Layer.
func (l *RMSNormalization) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return One(overAxes(c.Builder, in[0].Value, l.Axis, func(x *runtime.Value) *runtime.Value {
		return c.RMSNorm(x, flat(c.Builder, c.Weights[0]), float32(l.Epsilon))
	}))
}
