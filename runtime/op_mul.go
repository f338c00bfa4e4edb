package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var mulKind = &binaryKind{name: "mul", kernel: kernel.Mul, vs: kernel.MulScalar, row: kernel.MulRow,
	sv: func(dst []float32, s float32, x []float32) { kernel.MulScalar(dst, x, s) }}

func init() {
	mulKind.grad = func(b *Builder, x, y, _, d *Value) (dx, dy *Value) { return b.Mul(d, y), b.Mul(d, x) }
}

// Mul adds x·y.
func (b *Builder) Mul(x, y *Value) *Value { return b.apply(binary{mulKind}, x, y) }
