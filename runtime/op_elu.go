package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var eluKind = &unaryKind{name: "elu", cost: 14,
	kernel: func(dst, x []float32, alpha, _ float32) { kernel.Elu(dst, x, alpha) },
	grad: func(b *Builder, o unary, x, y, dy *Value) *Value {
		return b.Select(b.Greater(x, b.Scalar(0)), dy, b.Mul(dy, b.Add(y, b.Scalar(o.p))))
	}}

// Elu adds x where x > 0, else alpha·(e^x - 1).
func (b *Builder) Elu(x *Value, alpha float32) *Value { return b.unary(eluKind, x, alpha) }
