package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var softplusKind = &unaryKind{name: "softplus", cost: 20, kernel: plain(kernel.Softplus), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, b.Sigmoid(x))
}}

// Softplus adds log(1+e^x).
func (b *Builder) Softplus(x *Value) *Value { return b.unary(softplusKind, x) }
