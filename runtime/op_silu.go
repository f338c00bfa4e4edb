package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var siluKind = &unaryKind{name: "silu", cost: 16, kernel: plain(kernel.Silu), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	s := b.Sigmoid(x)
	return b.Mul(dy, b.Add(s, b.Mul(y, b.Sub(b.Scalar(1), s))))
}}

// Silu adds x·sigmoid(x).
func (b *Builder) Silu(x *Value) *Value { return b.unary(siluKind, x) }
