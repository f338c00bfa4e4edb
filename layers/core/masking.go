package core

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Masking", func() layers.Layer { return &Masking{} })
}

// Masking marks the steps at which every feature is mask_value, and sets them
// to 0 (keras/src/layers/core/masking.py).
type Masking struct {
	layers.Common
	MaskValue layers.Numbers `keras:"mask_value"`
}

// Call implements Layer.
func (l *Masking) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if err := layers.WantRank(x.Shape, 2, -1); err != nil {
		return nil, err
	}
	value := c.Scalar(0)
	if l.MaskValue.Tensor != nil {
		value = c.Constant(l.MaskValue.Tensor)
	}
	counts := c.AnyOf(c.NotEqual(c.Cast(x, runtime.Float32), value), []int{-1}, true)
	return []layers.Tensor{{
		Value: c.Select(counts, x, c.Cast(c.Scalar(0), x.DType)),
		Mask:  c.Squeeze(counts, x.Rank()-1),
	}}, nil
}
