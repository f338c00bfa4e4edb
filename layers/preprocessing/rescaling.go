package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Rescaling", func() layers.Layer { return &Rescaling{} })
}

// Rescaling is x·scale + offset (keras/src/layers/preprocessing/rescaling.py).
type Rescaling struct {
	layers.Common
	Scale  layers.Numbers `keras:"scale"`
	Offset layers.Numbers `keras:"offset"`
}

// Validate implements Validator.
func (l *Rescaling) Validate(d *layers.Decoder) {
	if l.Scale.Tensor == nil {
		d.Broken("scale is missing")
	}
}

// Call implements Layer.
func (l *Rescaling) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y := c.Mul(c.Cast(in[0].Value, runtime.Float32), c.Constant(l.Scale.Tensor))
	if l.Offset.Tensor != nil {
		y = c.Add(y, c.Constant(l.Offset.Tensor))
	}
	return layers.Keep(in[0], y)
}
