package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var (
	maxKind = &binaryKind{name: "maximum", kernel: kernel.Max}
	minKind = &binaryKind{name: "minimum", kernel: kernel.Min}
)

func init() {
	maxKind.grad = func(b *Builder, x, y, _, d *Value) (dx, dy *Value) { return b.split(b.GreaterEqual(x, y), d) }
	minKind.grad = func(b *Builder, x, y, _, d *Value) (dx, dy *Value) { return b.split(b.LessEqual(x, y), d) }
}

// split sends a cotangent to the first argument where c holds, else to the second.
func (b *Builder) split(c, d *Value) (dx, dy *Value) {
	return b.Select(c, d, b.Scalar(0)), b.Select(c, b.Scalar(0), d)
}

// Maximum adds the larger of x and y; a tie is the first one's in the
// derivative, as in TensorFlow.
func (b *Builder) Maximum(x, y *Value) *Value { return b.apply(binary{maxKind}, x, y) }

// Minimum adds the smaller of x and y; a tie is the first one's.
func (b *Builder) Minimum(x, y *Value) *Value { return b.apply(binary{minKind}, x, y) }
