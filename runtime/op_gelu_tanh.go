package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var geluTanhKind = &unaryKind{name: "gelu_tanh", cost: 24, kernel: plain(kernel.GeluTanh), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	x2 := b.Square(x)
	u := b.Mul(b.Scalar(0.7978845608028654), b.Mul(x, b.Add(b.Scalar(1), b.Mul(b.Scalar(0.044715), x2))))
	t := b.Tanh(u)
	du := b.Mul(b.Scalar(0.7978845608028654), b.Add(b.Scalar(1), b.Mul(b.Scalar(3*0.044715), x2)))
	inner := b.Mul(b.Mul(x, b.Sub(b.Scalar(1), b.Square(t))), du)
	return b.Mul(dy, b.Mul(b.Scalar(0.5), b.Add(b.Add(b.Scalar(1), t), inner)))
}}

// GeluTanh adds the approximation x/2·(1+tanh(√(2/π)(x+0.044715x³))).
func (b *Builder) GeluTanh(x *Value) *Value { return b.unary(geluTanhKind, x) }
