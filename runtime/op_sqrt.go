package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var sqrtKind = &unaryKind{name: "sqrt", cost: 4, kernel: plain(kernel.Sqrt), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Div(b.Mul(dy, b.Scalar(0.5)), y)
}}

// Sqrt adds √x.
func (b *Builder) Sqrt(x *Value) *Value { return b.unary(sqrtKind, x) }
