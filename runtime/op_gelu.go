package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var geluKind = &unaryKind{name: "gelu", cost: 20, kernel: plain(kernel.Gelu), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	cdf := b.Mul(b.Scalar(0.5), b.Add(b.Scalar(1), b.Erf(b.Mul(x, b.Scalar(0.7071067811865476)))))
	pdf := b.Mul(b.Scalar(0.3989422804014327), b.Exp(b.Mul(b.Scalar(-0.5), b.Square(x))))
	return b.Mul(dy, b.Add(cdf, b.Mul(x, pdf)))
}}

// Gelu adds x·Φ(x), Φ being the normal distribution function: x/2·(1+erf(x/√2)).
func (b *Builder) Gelu(x *Value) *Value { return b.unary(geluKind, x) }
