package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var expKind = &unaryKind{name: "exp", cost: 12, kernel: plain(kernel.Exp), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, y)
}}

// Exp adds e^x.
func (b *Builder) Exp(x *Value) *Value { return b.unary(expKind, x) }
