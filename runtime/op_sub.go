package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var subKind = &binaryKind{name: "sub", kernel: kernel.Sub,
	vs:   func(dst, x []float32, s float32) { kernel.AddScalar(dst, x, -s) },
	grad: func(b *Builder, _, _, _, d *Value) (dx, dy *Value) { return d, b.Neg(d) },
	sv: func(dst []float32, s float32, x []float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = s - v
		}
	}}

// Sub adds x-y.
func (b *Builder) Sub(x, y *Value) *Value { return b.apply(binary{subKind}, x, y) }
