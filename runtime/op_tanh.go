package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var tanhKind = &unaryKind{name: "tanh", cost: 16, kernel: plain(kernel.Tanh), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.apply(binary{tanhGradKind}, y, dy)
}}

// Tanh adds the hyperbolic tangent.
func (b *Builder) Tanh(x *Value) *Value { return b.unary(tanhKind, x) }

var tanhGradKind = &binaryKind{name: "tanh_grad", kernel: kernel.TanhGrad}
