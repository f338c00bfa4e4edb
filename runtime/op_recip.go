package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var recipKind = &unaryKind{name: "recip", cost: 4, kernel: plain(kernel.Recip), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Neg(b.Mul(dy, b.Square(y)))
}}

// Recip adds 1/x.
func (b *Builder) Recip(x *Value) *Value { return b.unary(recipKind, x) }
