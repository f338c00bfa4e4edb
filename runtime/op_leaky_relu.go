package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var leakyReluKind = &unaryKind{name: "leaky_relu", cost: 2,
	kernel: func(dst, x []float32, slope, _ float32) { kernel.LeakyRelu(dst, x, slope) },
	grad: func(b *Builder, o unary, x, _, dy *Value) *Value {
		return b.Select(b.Greater(x, b.Scalar(0)), dy, b.Mul(dy, b.Scalar(o.p)))
	}}

// LeakyRelu adds x where x > 0, else slope·x; its derivative at 0 is the slope.
func (b *Builder) LeakyRelu(x *Value, slope float32) *Value { return b.unary(leakyReluKind, x, slope) }
