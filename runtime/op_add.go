package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var addKind = &binaryKind{name: "add", kernel: kernel.Add, vs: kernel.AddScalar, row: kernel.AddRow,
	sv:   func(dst []float32, s float32, x []float32) { kernel.AddScalar(dst, x, s) },
	grad: func(_ *Builder, _, _, _, d *Value) (dx, dy *Value) { return d, d }}

// Add adds x+y.
func (b *Builder) Add(x, y *Value) *Value { return b.apply(binary{addKind}, x, y) }
