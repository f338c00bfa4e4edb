package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var logKind = &unaryKind{name: "log", cost: 12, kernel: plain(kernel.Log), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Div(dy, x)
}}

// Log adds the natural logarithm; NaN below 0, -Inf at 0.
func (b *Builder) Log(x *Value) *Value { return b.unary(logKind, x) }
