package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var rsqrtKind = &unaryKind{name: "rsqrt", cost: 6, kernel: plain(kernel.Rsqrt), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, b.Mul(b.Scalar(-0.5), b.Mul(y, b.Square(y))))
}}

// Rsqrt adds 1/√x.
func (b *Builder) Rsqrt(x *Value) *Value { return b.unary(rsqrtKind, x) }
