package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var divKind = &binaryKind{name: "div", kernel: kernel.Div,
	vs: func(dst, x []float32, s float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = v / s
		}
	},
	sv: func(dst []float32, s float32, x []float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = s / v
		}
	}}

func init() {
	divKind.grad = func(b *Builder, _, y, z, d *Value) (dx, dy *Value) {
		dx = b.Div(d, y)
		return dx, b.Neg(b.Mul(dx, z))
	}
}

// Div adds x/y.
func (b *Builder) Div(x, y *Value) *Value { return b.apply(binary{divKind}, x, y) }
