package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Rescaling{} }, "Rescaling")
}

// Rescaling is x·scale + offset (keras/src/layers/preprocessing/rescaling.py).
type Rescaling struct {
	Common
	Scale  Numbers `keras:"scale"`
	Offset Numbers `keras:"offset"`
}

// Validate implements validator.
func (l *Rescaling) Validate(d *Decoder) {
	if l.Scale.Tensor == nil {
		d.Broken("scale is missing")
	}
}

// Call implements Layer.
func (l *Rescaling) Call(c *Call, in []Tensor) ([]Tensor, error) {
	y := c.Mul(c.Cast(in[0].Value, runtime.Float32), c.Constant(l.Scale.Tensor))
	if l.Offset.Tensor != nil {
		y = c.Add(y, c.Constant(l.Offset.Tensor))
	}
	return Keep(in[0], y)
}
