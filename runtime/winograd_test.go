package runtime

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWinogradError holds Winograd's form within the tolerance for layers, with
// what comes behind the sums, on a shape where it is used.
func TestWinogradError(t *testing.T) {
	x, k, r := random(1, -1, 1, 2, 13, 12, 96), random(2, -0.1, 0.1, 3, 3, 96, 64), random(3, -1, 1, 2, 13, 12, 64)
	bias := random(4, -1, 1, 64)
	win := Window{Padding: Same}
	w, _ := win.on(2)
	plain := naiveConv(x, k, w, 1, r.shape)
	for name, c := range map[string]struct {
		build func(b *Builder, y, r *Value) *Value
		want  func(y, r float64) float64
	}{
		"bias":              {func(b *Builder, y, r *Value) *Value { return y }, func(y, r float64) float64 { return y }},
		"relu":              {func(b *Builder, y, r *Value) *Value { return b.Relu(y) }, func(y, r float64) float64 { return max(y, 0) }},
		"residual and relu": {func(b *Builder, y, r *Value) *Value { return b.Relu(b.Add(y, r)) }, func(y, r float64) float64 { return max(y+r, 0) }},
		"tanh":              {func(b *Builder, y, r *Value) *Value { return b.Tanh(y) }, func(y, r float64) float64 { return math.Tanh(y) }},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			y := b.Add(b.Conv(b.Input("x", x.Type()), b.Constant(k), win, 1), b.Constant(bias))
			g, err := b.Graph(c.build(b, y, b.Square(b.Input("r", r.Type()))))
			require.NoError(t, err)
			p, err := Compile(g, Options{Threads: 1})
			require.NoError(t, err)
			out := make([]*Tensor, 1)
			require.NoError(t, p.Run(context.Background(), []*Tensor{x, r}, out))
			largest := 1.0 // of the sums, whose error it is
			want := make([]float64, len(plain))
			for i, v := range plain {
				want[i] = c.want(v+float64(bias.Float32s()[i%64]), float64(r.Float32s()[i])*float64(r.Float32s()[i]))
				largest = max(largest, math.Abs(v))
			}
			for i, v := range out[0].Float32s() {
				require.InDelta(t, want[i], v, 1e-6*largest+1e-5*math.Abs(want[i]))
			}
		})
	}
}
