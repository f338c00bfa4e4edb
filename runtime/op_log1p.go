package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var log1pKind = &unaryKind{name: "log1p", cost: 14, kernel: plain(kernel.Log1p), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Div(dy, b.Add(x, b.Scalar(1)))
}}

// Log1p adds log(1+x), exact near 0.
func (b *Builder) Log1p(x *Value) *Value { return b.unary(log1pKind, x) }
