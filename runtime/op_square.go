package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var squareKind = &unaryKind{name: "square", cost: 1, kernel: plain(kernel.Square), grad: func(b *Builder, _ unary, x, y, dy *Value) *Value {
	return b.Mul(dy, b.Mul(b.Scalar(2), x))
}}

// Square adds x².
func (b *Builder) Square(x *Value) *Value { return b.unary(squareKind, x) }
