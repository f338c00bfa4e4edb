package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConvTransposeIsAdjoint holds <conv(x, k), d> == <x, convTranspose(d, k)>.
func TestConvTransposeIsAdjoint(t *testing.T) {
	for name, c := range convCases() {
		t.Run(name, func(t *testing.T) {
			x, k := random(1, -1, 1, c.x...), random(2, -1, 1, c.k...)
			b := NewBuilder()
			kv, xv := b.Constant(k), b.Input("x", x.Type())
			y := b.Conv(xv, kv, c.win, c.groups)
			d := random(3, -1, 1, y.Shape...)
			back := Gradient(b, []*Value{y}, []*Value{b.Constant(d)}, []*Value{xv})[0]
			g, err := b.Graph(y, back)
			require.NoError(t, err)
			out := run(t, g, Options{Threads: 1}, x)
			dot := func(a, b *Tensor) (s float64) {
				for i, v := range a.Float32s() {
					s += float64(v) * float64(b.Float32s()[i])
				}
				return s
			}
			require.InDelta(t, dot(out[0], d), dot(x, out[1]), 1e-3)
		})
	}
}

func TestConvTransposeGradients(t *testing.T) {
	for name, c := range map[string]struct {
		x, k  Shape
		win   Window
		extra []int
		out   Shape
	}{
		"valid stride 2":  {Shape{1, 3, 2, 2}, Shape{3, 3, 3, 2}, Window{Strides: []int{2, 2}}, nil, Shape{1, 7, 5, 3}},
		"same stride 2":   {Shape{1, 3, 2, 2}, Shape{3, 3, 3, 2}, Window{Strides: []int{2, 2}, Padding: Same}, nil, Shape{1, 6, 4, 3}},
		"small kernel":    {Shape{2, 2, 3, 2}, Shape{1, 2, 3, 2}, Window{Strides: []int{2, 3}}, nil, Shape{2, 4, 9, 3}},
		"output padding":  {Shape{1, 3, 3, 1}, Shape{3, 3, 2, 1}, Window{Strides: []int{2, 2}, Padding: Same}, []int{1, 0}, Shape{1, 6, 5, 2}},
		"dilated":         {Shape{1, 4, 2}, Shape{3, 2, 2}, Window{Dilation: []int{2}}, nil, Shape{1, 8, 2}},
		"3d":              {Shape{1, 2, 2, 2, 1}, Shape{2, 3, 1, 2, 1}, Window{Strides: []int{2, 1, 2}, Padding: Same}, nil, Shape{1, 4, 2, 4, 2}},
		"stride and taps": {Shape{1, 5, 2}, Shape{4, 3, 2}, Window{Strides: []int{3}, Padding: Same}, nil, Shape{1, 15, 3}},
		"dilated steps":   {Shape{1, 4, 4, 1}, Shape{2, 2, 1, 1}, Window{Dilation: []int{2, 2}, Strides: []int{3, 2}}, nil, Shape{1, 12, 9, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			y := b.ConvTranspose(b.Constant(random(1, -1, 1, c.x...)), b.Constant(random(2, -1, 1, c.k...)), c.win, 1, c.extra)
			require.NoError(t, b.Err())
			require.Equal(t, c.out, y.Shape)
			checkGradient(t, func(b *Builder, in []*Value) *Value {
				return b.Tanh(b.Add(b.ConvTranspose(in[0], in[1], c.win, 1, c.extra), in[2]))
			}, random(1, -1, 1, c.x...), random(2, -1, 1, c.k...), random(3, -1, 1, c.out[len(c.out)-1]))
		})
	}
}
