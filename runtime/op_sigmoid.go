package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var sigmoidKind = &unaryKind{name: "sigmoid", cost: 14, kernel: plain(kernel.Sigmoid), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.apply(binary{sigmoidGradKind}, y, dy)
}}

// Sigmoid adds 1/(1+e^-x).
func (b *Builder) Sigmoid(x *Value) *Value { return b.unary(sigmoidKind, x) }

var sigmoidGradKind = &binaryKind{name: "sigmoid_grad", kernel: kernel.SigmoidGrad}
