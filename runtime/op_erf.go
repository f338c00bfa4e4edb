package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var erfKind = &unaryKind{name: "erf", cost: 14, kernel: plain(kernel.Erf), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, b.Mul(b.Scalar(1.1283791670955126), b.Exp(b.Neg(b.Square(x)))))
}}

// Erf adds the error function.
func (b *Builder) Erf(x *Value) *Value { return b.unary(erfKind, x) }
