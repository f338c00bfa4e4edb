package normalization

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("UnitNormalization", func() layers.Layer { return &UnitNormalization{Axis: []int{-1}} })
}

// UnitNormalization divides by the norm along the axes
// (keras/src/layers/normalization/unit_normalization.py).
type UnitNormalization struct {
	layers.Common
	Axis []int `keras:"axis"`
}

// Call implements Layer.
func (l *UnitNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.Keep(in[0], c.L2Normalize(layers.Floats(c, in[0].Value), l.Axis, 1e-12))
}
