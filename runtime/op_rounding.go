package runtime

import "math"

func each(f func(x float64) float64) func(dst, x []float32, p, q float32) {
	return func(dst, x []float32, _, _ float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = float32(f(float64(v)))
		}
	}
}

var (
	signKind  = &unaryKind{name: "sign", cost: 2, kernel: each(sign)}
	floorKind = &unaryKind{name: "floor", cost: 2, kernel: each(math.Floor)}
	ceilKind  = &unaryKind{name: "ceil", cost: 2, kernel: each(math.Ceil)}
	roundKind = &unaryKind{name: "round", cost: 2, kernel: each(math.RoundToEven)}
)

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 or NaN
}

// Sign adds -1, 0 or 1. It and the roundings have derivative 0.
func (b *Builder) Sign(x *Value) *Value { return b.unary(signKind, x) }

// Floor adds the largest integer not above x.
func (b *Builder) Floor(x *Value) *Value { return b.unary(floorKind, x) }

// Ceil adds the smallest integer not below x.
func (b *Builder) Ceil(x *Value) *Value { return b.unary(ceilKind, x) }

// Round adds the nearest integer, halves going to the even one.
func (b *Builder) Round(x *Value) *Value { return b.unary(roundKind, x) }
