package layers

func init() {
	register(func() Layer { return &UnitNormalization{Axis: []int{-1}} }, "UnitNormalization")
}

// UnitNormalization divides by the norm along the axes
// (keras/src/layers/normalization/unit_normalization.py).
type UnitNormalization struct {
	Common
	Axis []int `keras:"axis"`
}

// Call implements Layer.
func (l *UnitNormalization) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return Keep(in[0], l2Normalize(c.Builder, in[0].Value, l.Axis, 1e-12))
}
