package kernel

import "testing"

// BenchmarkVector times the vector functions on data that stays in the
// first-level cache: GFLOP/s reads as elements per nanosecond.
func BenchmarkVector(b *testing.B) {
	const n = 1024
	x, y := AlignedFloats(n), AlignedFloats(n)
	copy(x, random(n, 1))
	eachNative(b, func(b *testing.B) {
		for _, c := range unaryCases() {
			b.Run(c.name, func(b *testing.B) { measure(b, n, func() { c.f(y, x) }) })
		}
		h, c := random(128, 1), random(128, 2)
		for _, c := range []struct {
			name string
			n    int
			f    func()
		}{
			{"add", n, func() { Add(y, x, x) }},
			{"sum", n, func() { Sum(x) }},
			{"tanh 1", 1, func() { Tanh(y[:1], x) }},
			{"softmax 1x40", 40, func() { SoftmaxRows(y, x, 1, 40) }},
			{"softmax 25x40", 1000, func() { SoftmaxRows(y, x, 25, 40) }},
			{"softmax 4x256", 1024, func() { SoftmaxRows(y, x, 4, 256) }},
			{"layernorm 4x256", 1024, func() { LayerNormRows(y, x, x, x, 4, 256, 1e-3) }},
			{"addrow 25x40", 1000, func() { AddRow(y[:1000], x, x[:40]) }},
			{"sumrows 16x64", 1024, func() { SumRows(y, x, 16, 64) }},
			{"lstm 128", 128, func() { LSTMCell(h, c, x, 128) }},
			{"gru 128", 128, func() { GRUCell(h, x, x[512:], 128) }},
			{"adam", 256, func() { AdamStep(y[:256], y[256:512], y[512:768], x, 1e-3, 0.9, 0.999, 1e-7) }},
		} {
			b.Run(c.name, func(b *testing.B) { measure(b, c.n, c.f) })
		}
	})
}
