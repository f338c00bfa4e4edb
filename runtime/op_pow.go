package runtime

import "math"

var powKind = &binaryKind{name: "pow", kernel: func(dst, x, y []float32) {
	for i := range dst {
		dst[i] = float32(math.Pow(float64(x[i]), float64(y[i])))
	}
}}

func init() {
	powKind.vs = func(dst, x []float32, s float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = float32(math.Pow(float64(v), float64(s)))
		}
	}
	powKind.grad = func(b *Builder, x, y, z, d *Value) (dx, dy *Value) {
		dx = b.Mul(d, b.Mul(y, b.Pow(x, b.Sub(y, b.Scalar(1)))))
		// log(x) only where x > 0, as TensorFlow has it.
		positive := b.Greater(x, b.Scalar(0))
		logx := b.Select(positive, b.Log(b.Select(positive, x, b.Scalar(1))), b.Scalar(0))
		return dx, b.Mul(d, b.Mul(z, logx))
	}
}

// Pow adds x^y.
func (b *Builder) Pow(x, y *Value) *Value { return b.apply(binary{powKind}, x, y) }
