package kernel

import "testing"

// BenchmarkVector times the vector functions on one cache-resident size, and
// on the sizes a call with one row has.
func BenchmarkVector(b *testing.B) {
	const n = 1024
	x, y := random(n, 1), AlignedFloats(n)
	for _, v := range Variants() {
		b.Run(v.String(), func(b *testing.B) {
			defer Use(v)()
			for _, c := range unaryCases() {
				b.Run(c.name, func(b *testing.B) {
					b.SetBytes(n) // so that MB/s reads as elements per microsecond
					for b.Loop() {
						c.f(y, x)
					}
				})
			}
			b.Run("tanh of 1", func(b *testing.B) {
				for b.Loop() {
					Tanh(y[:1], x)
				}
			})
			b.Run("softmax 1x40", func(b *testing.B) {
				for b.Loop() {
					SoftmaxRows(y, x, 1, 40)
				}
			})
			b.Run("softmax 25x40", func(b *testing.B) {
				for b.Loop() {
					SoftmaxRows(y, x, 25, 40)
				}
			})
			b.Run("layernorm 4x256", func(b *testing.B) {
				for b.Loop() {
					LayerNormRows(y, x, x, x, 4, 256, 1e-3)
				}
			})
			b.Run("lstm 128", func(b *testing.B) {
				h, c := random(128, 1), random(128, 2)
				for b.Loop() {
					LSTMCell(h, c, x, 128)
				}
			})
			b.Run("add", func(b *testing.B) {
				for b.Loop() {
					Add(y, x, x)
				}
			})
			b.Run("sum", func(b *testing.B) {
				for b.Loop() {
					Sum(x)
				}
			})
		})
	}
}
