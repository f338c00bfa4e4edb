package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var reluKind = &unaryKind{name: "relu", cost: 1, kernel: plain(kernel.Relu), grad: func(b *Builder, _ unary, _, y, dy *Value) *Value {
	return b.apply(binary{reluGradKind}, y, dy) // y > 0 where x is; so x need not be kept
}}

// Relu adds max(x, 0); its derivative at 0 is 0.
func (b *Builder) Relu(x *Value) *Value { return b.unary(reluKind, x) }

var reluGradKind = &binaryKind{name: "relu_grad", kernel: kernel.ReluGrad}
