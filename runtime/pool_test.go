package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

var poolCases = map[string]struct {
	x    Shape
	size []int
	win  Window
}{
	"2x2":        {Shape{2, 4, 6, 3}, []int{2, 2}, Window{Strides: []int{2, 2}}},
	"3x3 same":   {Shape{1, 5, 4, 2}, []int{3, 3}, Window{Strides: []int{2, 1}, Padding: Same}},
	"overlap":    {Shape{2, 5, 5, 1}, []int{3, 2}, Window{}},
	"explicit":   {Shape{1, 5, 5, 2}, []int{3, 3}, Window{Strides: []int{2, 2}, Padding: Explicit, Before: []int{1, 1}, After: []int{1, 1}}},
	"1d":         {Shape{2, 7, 3}, []int{3}, Window{Strides: []int{2}, Padding: Same}},
	"3d":         {Shape{1, 4, 3, 4, 2}, []int{2, 2, 3}, Window{Strides: []int{2, 1, 2}, Padding: Same}},
	"larger":     {Shape{1, 3, 3, 2}, []int{5, 5}, Window{Strides: []int{5, 5}, Padding: Same}},
	"stride 3":   {Shape{1, 8, 8, 2}, []int{2, 2}, Window{Strides: []int{3, 3}}},
	"same from":  {Shape{2, 9, 6, 2}, []int{5, 2}, Window{Strides: []int{2, 1}, Padding: SameFrom, Before: []int{3, 1}}},
	"everything": {Shape{2, 3, 4, 2}, []int{3, 4}, Window{}},
}

func TestPoolAgainstDefinition(t *testing.T) {
	for name, c := range poolCases {
		t.Run(name, func(t *testing.T) {
			x := random(1, -1, 1, c.x...)
			b := NewBuilder()
			xv := b.Input("x", x.Type())
			g, err := b.Graph(b.MaxPool(xv, c.size, c.win), b.AvgPool(xv, c.size, c.win))
			require.NoError(t, err)
			out := run(t, g, Options{Threads: 1}, x)
			w, _ := c.win.on(len(c.x) - 2)
			geo, err := w.geometry(w.spatial(c.x), w.kernelSize(append(append(Shape{}, c.size...), 0, 0)))
			require.NoError(t, err)
			channels := c.x[len(c.x)-1]
			largest, sum, count := make([]float64, out[0].n), make([]float64, out[0].n), make([]float64, out[0].n)
			for i := range largest {
				largest[i] = math.Inf(-1)
			}
			for n := range c.x[0] {
				geo.walk(nil, func(place, _, at int) {
					for ch := range channels {
						if i := (n*geo.pixels()+place)*channels + ch; at >= 0 {
							v := float64(x.Float32s()[(n*geo.inputs()+at)*channels+ch])
							largest[i], sum[i], count[i] = max(largest[i], v), sum[i]+v, count[i]+1
						}
					}
				})
			}
			for i := range largest {
				require.InDelta(t, largest[i], out[0].Float32s()[i], 0)
				require.InDelta(t, sum[i]/count[i], out[1].Float32s()[i], 1e-6)
			}
		})
	}
}

func TestPoolGradients(t *testing.T) {
	for name, c := range poolCases {
		// Distinct values, further apart than the step of the differences.
		x := random(1, 0, 1, c.x...)
		for i := range x.Float32s() {
			x.Float32s()[i] = float32(i*37%x.n) * 0.05
		}
		t.Run("avg "+name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value { return b.AvgPool(in[0], c.size, c.win) }, random(2, -1, 1, c.x...))
		})
		t.Run("max "+name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value { return b.MaxPool(in[0], c.size, c.win) }, x)
		})
		t.Run("second "+name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value {
				y := b.Square(b.MaxPool(in[0], c.size, c.win))
				return Gradient(b, []*Value{b.Sum(y, nil, false)}, []*Value{b.Scalar(0.1)}, in)[0]
			}, x)
		})
	}
}

func TestEvenPool(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, Unknown, 1}})
	g, err := b.Graph(b.EvenMaxPool(x, []int{3}), b.EvenAvgPool(x, []int{3}))
	require.NoError(t, err)
	in, _ := TensorOf([]float32{5, 1, 2, 3, 9}, 1, 5, 1) // windows 0-1, 1-3, 3-4
	out := run(t, g, Options{}, in)
	require.Equal(t, []float32{5, 3, 9}, out[0].Float32s())
	require.Equal(t, []float32{3, 2, 6}, out[1].Float32s())
	checkGradient(t, func(b *Builder, in []*Value) *Value { return b.EvenAvgPool(in[0], []int{2, 4}) }, random(1, -1, 1, 2, 5, 3, 2))
	b = NewBuilder()
	b.EvenMaxPool(b.Input("x", Type{Float32, Shape{Unknown, 4, 1}}), []int{0})
	require.Error(t, b.Err())
}

func TestMaxPoolTies(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{1, 2, 2, 1}})
	d := Gradient(b, []*Value{b.MaxPool(x, []int{2, 2}, Window{})}, []*Value{b.Constant(random(1, 1, 1.0001, 1, 1, 1, 1))}, []*Value{x})
	g, err := b.Graph(d...)
	require.NoError(t, err)
	in, _ := TensorOf([]float32{1, 3, 3, 3}, 1, 2, 2, 1)
	require.InDeltaSlice(t, []float32{0, 1, 0, 0}, run(t, g, Options{}, in)[0].Float32s(), 1e-3)
}

func TestResizeGradients(t *testing.T) {
	for name, m := range map[string]Interpolation{"nearest": Nearest, "bilinear": Bilinear, "bicubic": Bicubic, "lanczos3": Lanczos3, "lanczos5": Lanczos5} {
		t.Run(name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value {
				return b.Resize(b.Upsample(in[0], 1, 2, m), -2, 7, m)
			}, random(1, -1, 1, 2, 3, 4, 2))
		})
	}
}

func TestUpsample(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, Unknown, 1}})
	g, err := b.Graph(b.Upsample(x, 1, 2, Nearest), b.Upsample(x, 1, 2, Bilinear))
	require.NoError(t, err)
	in, _ := TensorOf([]float32{1, 2, 4}, 1, 3, 1)
	out := run(t, g, Options{}, in)
	require.Equal(t, []float32{1, 1, 2, 2, 4, 4}, out[0].Float32s())
	require.Equal(t, []float32{1, 1.25, 1.75, 2.5, 3.5, 4}, out[1].Float32s())
}
