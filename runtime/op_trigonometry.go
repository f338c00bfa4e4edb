package runtime

import "math"

var (
	sinKind = &unaryKind{name: "sin", cost: 20, kernel: each(math.Sin)}
	cosKind = &unaryKind{name: "cos", cost: 20, kernel: each(math.Cos)}
)

func init() {
	sinKind.grad = func(b *Builder, _ unary, x, _, dy *Value) *Value { return b.Mul(dy, b.Cos(x)) }
	cosKind.grad = func(b *Builder, _ unary, x, _, dy *Value) *Value { return b.Neg(b.Mul(dy, b.Sin(x))) }
}

// Sin adds the sine.
func (b *Builder) Sin(x *Value) *Value { return b.unary(sinKind, x) }

// Cos adds the cosine.
func (b *Builder) Cos(x *Value) *Value { return b.unary(cosKind, x) }
