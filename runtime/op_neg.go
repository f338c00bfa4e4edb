package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var negKind = &unaryKind{name: "neg", cost: 1, kernel: plain(kernel.Neg)}

func init() {
	negKind.grad = func(b *Builder, _ unary, _, _, dy *Value) *Value { return b.Neg(dy) }
}

// Neg adds -x.
func (b *Builder) Neg(x *Value) *Value { return b.unary(negKind, x) }
