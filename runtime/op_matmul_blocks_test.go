package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A product that sums over many rows gives the bits of the product of the
// transposed matrix, whatever the sizes and the threads.
func TestDeepProduct(t *testing.T) {
	for _, s := range [][3]int{{257, 1, 1}, {300, 7, 15}, {512, 200, 70}, {513, 6, 130}, {1000, 33, 17}, {1300, 128, 512}} {
		graph := func(transposed bool) *Graph {
			b := NewBuilder()
			x, y := b.Input("x", Type{Float32, Shape{s[0], s[1]}}), b.Input("y", Type{Float32, Shape{s[0], s[2]}})
			z := b.MatMulT(x, y, true, false)
			if transposed {
				z = b.MatMul(b.Transpose(x, 1, 0), y)
			}
			g, err := b.Graph(z)
			require.NoError(t, err)
			return g
		}
		in := []*Tensor{random(1, -1, 1, s[0], s[1]), random(2, -1, 1, s[0], s[2])}
		want := run(t, graph(true), Options{Threads: 1, NoRewrites: true}, in...)[0].Float32s()
		for _, threads := range []int{1, 2, 3} {
			require.Equal(t, want, run(t, graph(false), Options{Threads: threads, NoRewrites: true}, in...)[0].Float32s(), "%v, %d threads", s, threads)
		}
	}
}
