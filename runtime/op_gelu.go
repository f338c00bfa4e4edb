package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var geluKind = &unaryKind{name: "gelu", cost: 20, kernel: plain(kernel.Gelu), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.apply(geluGrad{}, x, dy)
}}

// Gelu adds x·Φ(x), Φ being the normal distribution function: x/2·(1+erf(x/√2)).
func (b *Builder) Gelu(x *Value) *Value { return b.unary(geluKind, x) }
