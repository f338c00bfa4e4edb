package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var absKind = &unaryKind{name: "abs", cost: 1, kernel: plain(kernel.Abs), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, b.Sign(x))
}}

// Abs adds |x|; its derivative at 0 is 0, as in TensorFlow.
func (b *Builder) Abs(x *Value) *Value { return b.unary(absKind, x) }
