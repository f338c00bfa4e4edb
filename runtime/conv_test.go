package runtime

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// naiveConv is the definition of conv for any number of axes, in float64.
func naiveConv(x, k *Tensor, w window, groups int, out Shape) []float64 {
	g, err := w.geometry(w.spatial(x.shape), w.kernelSize(k.shape))
	if err != nil {
		panic(err)
	}
	cg, f := k.shape[len(k.shape)-2], k.shape[len(k.shape)-1]
	c := cg * groups
	y := make([]float64, out.size())
	for n := range x.shape[0] {
		g.walk(nil, func(place, tap, at int) {
			if at < 0 {
				return
			}
			for j := range f {
				s := 0.0
				for i := range cg {
					xc := j/(f/groups)*cg + i
					s += float64(x.Float32s()[(n*g.inputs()+at)*c+xc]) * float64(k.Float32s()[(tap*cg+i)*f+j])
				}
				y[(n*g.pixels()+place)*f+j] += s
			}
		})
	}
	return y
}

type convCase struct {
	x, k   Shape
	win    Window
	groups int
}

func convCases() map[string]convCase {
	same := func(s, d int, axes int) Window {
		w := Window{Padding: Same}
		for range axes {
			w.Strides, w.Dilation = append(w.Strides, s), append(w.Dilation, d)
		}
		return w
	}
	return map[string]convCase{
		"1x1":               {Shape{2, 3, 4, 5}, Shape{1, 1, 5, 7}, Window{}, 1},
		"1x1 stride":        {Shape{2, 5, 4, 5}, Shape{1, 1, 5, 7}, Window{Strides: []int{2, 3}}, 1},
		"3x3":               {Shape{2, 7, 6, 13}, Shape{3, 3, 13, 17}, same(1, 1, 2), 1},
		"3x3 stride 2":      {Shape{1, 7, 6, 13}, Shape{3, 3, 13, 17}, same(2, 1, 2), 1},
		"3x3 dilated":       {Shape{1, 7, 9, 13}, Shape{3, 3, 13, 5}, same(1, 2, 2), 1},
		"valid":             {Shape{3, 7, 6, 3}, Shape{3, 2, 3, 4}, Window{}, 1},
		"few channels":      {Shape{2, 7, 6, 3}, Shape{3, 5, 3, 4}, same(1, 1, 2), 1},
		"stem":              {Shape{1, 33, 31, 3}, Shape{7, 7, 3, 8}, Window{Strides: []int{2, 2}, Padding: Explicit, Before: []int{3, 3}, After: []int{3, 3}}, 1},
		"explicit":          {Shape{1, 5, 5, 14}, Shape{3, 3, 14, 2}, Window{Padding: Explicit, Before: []int{2, 0}, After: []int{0, 3}}, 1},
		"causal":            {Shape{2, 9, 3}, Shape{3, 3, 4}, Window{Dilation: []int{2}, Padding: Explicit, Before: []int{4}, After: []int{0}}, 1},
		"1d":                {Shape{2, 9, 14}, Shape{3, 14, 4}, same(2, 1, 1), 1},
		"1d few":            {Shape{2, 9, 2}, Shape{4, 2, 4}, same(1, 1, 1), 1},
		"3d":                {Shape{2, 4, 3, 5, 2}, Shape{2, 3, 2, 2, 3}, same(1, 1, 3), 1},
		"3d valid":          {Shape{1, 4, 3, 5, 13}, Shape{2, 3, 2, 13, 3}, Window{Strides: []int{2, 1, 2}}, 1},
		"groups":            {Shape{2, 5, 4, 6}, Shape{3, 3, 2, 9}, same(1, 1, 2), 3},
		"groups stride":     {Shape{1, 5, 6, 6}, Shape{2, 3, 3, 4}, same(2, 1, 2), 2},
		"depthwise":         {Shape{2, 6, 5, 9}, Shape{3, 3, 1, 9}, same(1, 1, 2), 9},
		"depthwise stride":  {Shape{1, 6, 7, 9}, Shape{5, 3, 1, 9}, same(2, 1, 2), 9},
		"depthwise times 2": {Shape{2, 6, 5, 3}, Shape{3, 3, 1, 6}, same(1, 1, 2), 3},
		"depthwise dilated": {Shape{1, 6, 5, 3}, Shape{3, 3, 1, 3}, same(1, 2, 2), 3},
		"depthwise 1d":      {Shape{2, 6, 3}, Shape{3, 1, 6}, same(2, 1, 1), 3},
		"winograd":          {Shape{2, 9, 10, 32}, Shape{3, 3, 32, 33}, same(1, 1, 2), 1},
		"winograd valid":    {Shape{3, 10, 9, 35}, Shape{3, 3, 35, 32}, Window{}, 1},
		"winograd explicit": {Shape{1, 6, 7, 32}, Shape{3, 3, 32, 32}, Window{Padding: Explicit, Before: []int{3, 2}, After: []int{1, 4}}, 1},
		"wide dilation":     {Shape{1, 5, 6, 2}, Shape{3, 3, 2, 4}, Window{Dilation: []int{1 << 28, 1}, Padding: Same}, 1},
		"stride over taps":  {Shape{1, 7, 8, 2}, Shape{1, 2, 2, 3}, same(3, 1, 2), 1},
	}
}

func TestConvAgainstDefinition(t *testing.T) {
	for name, c := range convCases() {
		t.Run(name, func(t *testing.T) {
			x, k := random(1, -1, 1, c.x...), random(2, -1, 1, c.k...)
			for _, fixed := range []bool{true, false} {
				b := NewBuilder()
				kv := b.Constant(k)
				in := []*Tensor{x}
				xv := b.Input("x", Type{Float32, append(Shape{Unknown}, c.x[1:]...)})
				if !fixed {
					kv, in = b.Input("k", k.Type()), append(in, k)
				}
				g, err := b.Graph(b.Conv(xv, kv, c.win, c.groups))
				require.NoError(t, err)
				y := run(t, g, Options{Threads: 1}, in...)[0]
				win, _ := c.win.on(len(c.x) - 2)
				want := naiveConv(x, k, win, c.groups, y.shape)
				for i, v := range y.Float32s() {
					require.InDelta(t, want[i], v, 2e-5, "element %d", i)
				}
			}
		})
	}
}

func TestConvGradients(t *testing.T) {
	for name, c := range convCases() {
		t.Run(name, func(t *testing.T) {
			if c.x.size()*c.k.size() > 20000 { // fewer numbers, the same way through the kernels
				c.x, c.k = c.x.clone(), c.k.clone()
				for i := range c.x[1 : len(c.x)-1] {
					c.x[1+i] = min(c.x[1+i], 9)
				}
				if c.groups == 1 {
					c.x[len(c.x)-1], c.k[len(c.k)-2], c.k[len(c.k)-1] = 2, 2, 3
				}
			}
			checkGradient(t, func(b *Builder, in []*Value) *Value { return b.Conv(in[0], in[1], c.win, c.groups) },
				random(1, -1, 1, c.x...), random(2, -1, 1, c.k...))
		})
	}
}

func TestConvGradientOfGradient(t *testing.T) {
	win := Window{Strides: []int{2, 1}, Padding: Same}
	for name, wrt := range map[string]int{"data": 0, "kernel": 1} {
		t.Run(name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value {
				y := b.Square(b.Conv(in[0], in[1], win, 1))
				return Gradient(b, []*Value{b.Sum(y, nil, false)}, []*Value{b.Scalar(0.1)}, in)[wrt]
			}, random(1, -1, 1, 1, 4, 3, 2), random(2, -1, 1, 2, 3, 2, 2))
		})
	}
}

// TestConvInfinities holds that infinities and NaN come out where the definition
// has them, in every form of the convolution.
func TestConvInfinities(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for name, c := range convCases() {
		t.Run(name, func(t *testing.T) {
			x, k := random(1, -1, 1, c.x...), random(2, 0.1, 1, c.k...)
			x.Float32s()[x.n/2], x.Float32s()[0], x.Float32s()[x.n-1] = inf, -inf, nan
			b := NewBuilder()
			g, err := b.Graph(b.Clamp(b.Conv(b.Input("x", x.Type()), b.Constant(k), c.win, c.groups), -3, inf))
			require.NoError(t, err)
			y := run(t, g, Options{Threads: 1}, x)[0]
			win, _ := c.win.on(len(c.x) - 2)
			for i, want := range naiveConv(x, k, win, c.groups, y.shape) {
				switch got := float64(y.Float32s()[i]); {
				case math.IsNaN(want):
					require.True(t, math.IsNaN(got), "element %d is %v", i, got)
				case math.IsInf(want, 1):
					require.Equal(t, want, got, "element %d", i)
				default:
					require.InDelta(t, max(want, -3), got, 1e-4, "element %d", i)
				}
			}
		})
	}
}

// TestConvOfNothing holds that empty batches and images give empty answers.
func TestConvOfNothing(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, Unknown, Unknown, 3}})
	y := b.Conv(x, b.Constant(random(1, -1, 1, 3, 3, 3, 4)), Window{Padding: Same}, 1)
	y = b.MaxPool(b.Upsample(y, 1, 2, Bilinear), []int{2, 2}, Window{Padding: Same})
	g, err := b.Graph(y, b.ConvTranspose(y, b.Constant(random(1, -1, 1, 2, 2, 3, 4)), Window{Strides: []int{2, 2}}, 1, nil))
	require.NoError(t, err)
	for _, s := range []Shape{{0, 4, 4, 3}, {2, 0, 4, 3}, {2, 4, 0, 3}, {1, 1, 1, 3}} {
		in, err := NewTensor(Float32, s...)
		require.NoError(t, err)
		out := run(t, g, Options{}, in)
		require.Equal(t, Shape{s[0], 2 * s[1], s[2], 4}, out[0].Shape())
	}
}

// TestConvDeterminism holds that a row's bits depend neither on the batch nor
// on the number of goroutines.
func TestConvDeterminism(t *testing.T) {
	for name, c := range convCases() {
		t.Run(name, func(t *testing.T) {
			k := random(2, -1, 1, c.k...)
			const batch = 7
			x := random(1, -1, 1, append([]int{batch}, c.x[1:]...)...)
			var first []float32
			for _, threads := range []int{1, 2, 4} {
				for _, n := range []int{batch, 1, 2} {
					b := NewBuilder()
					g, err := b.Graph(b.Tanh(b.Conv(b.Input("x", Type{Float32, append(Shape{Unknown}, c.x[1:]...)}), b.Constant(k), c.win, c.groups)))
					require.NoError(t, err)
					row := x.n / batch
					part, err := TensorOf(x.Float32s()[:n*row], append([]int{n}, c.x[1:]...)...)
					require.NoError(t, err)
					y := run(t, g, Options{Threads: threads}, part)[0].Float32s()
					if first == nil {
						first = y
					}
					require.Equal(t, first[:len(y)], y, "batch %d threads %d", n, threads)
				}
			}
		})
	}
}

// TestConvSizes runs random geometries against the definition, with sizes that
// are unknown until the call.
func TestConvSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pick := func(most int) int { return 1 + r.IntN(most) }
	for i := range 150 {
		axes := pick(3)
		w := Window{Padding: Padding(r.IntN(3))}
		x, k, unknown := Shape{pick(3)}, Shape{}, Shape{Unknown}
		for range axes {
			size, d := pick(4), pick(2)
			w.Strides, w.Dilation = append(w.Strides, pick(3)), append(w.Dilation, d)
			x, k, unknown = append(x, (size-1)*d+pick(12/axes)), append(k, size), append(unknown, Unknown)
			if w.Padding == Explicit {
				w.Before, w.After = append(w.Before, r.IntN(4)), append(w.After, r.IntN(4))
			}
		}
		groups, cg, fg := pick(3), pick(20/axes), pick(20/axes)
		x, k, unknown = append(x, groups*cg), append(k, cg, groups*fg), append(unknown, groups*cg)
		t.Run(fmt.Sprint(i, x, k, w, groups), func(t *testing.T) {
			xt, kt := random(uint64(i), -1, 1, x...), random(uint64(i)+99, -1, 1, k...)
			b := NewBuilder()
			g, err := b.Graph(b.Conv(b.Input("x", Type{Float32, unknown}), b.Constant(kt), w, groups))
			require.NoError(t, err)
			y := run(t, g, Options{Threads: 1 + i%2}, xt)[0]
			win, _ := w.on(axes)
			want := naiveConv(xt, kt, win, groups, y.shape)
			for e, v := range y.Float32s() {
				require.InDelta(t, want[e], v, 5e-5, "element %d", e)
			}
		})
	}
}

func TestWindowsRefuse(t *testing.T) {
	kernel := func(b *Builder, shape ...int) *Value { return b.Constant(random(1, 0, 1, shape...)) }
	for name, f := range map[string]func(b *Builder, x *Value) *Value{
		"stride 0": func(b *Builder, x *Value) *Value {
			return b.Conv(x, kernel(b, 3, 3, 4, 2), Window{Strides: []int{0, 1}}, 1)
		},
		"huge dilation": func(b *Builder, x *Value) *Value {
			return b.Conv(x, kernel(b, 3, 3, 4, 2), Window{Dilation: []int{1 << 40, 1}}, 1)
		},
		"too large":   func(b *Builder, x *Value) *Value { return b.Conv(x, kernel(b, 6, 3, 4, 2), Window{}, 1) },
		"channels":    func(b *Builder, x *Value) *Value { return b.Conv(x, kernel(b, 3, 3, 3, 2), Window{}, 1) },
		"groups":      func(b *Builder, x *Value) *Value { return b.Conv(x, kernel(b, 3, 3, 2, 3), Window{}, 2) },
		"no groups":   func(b *Builder, x *Value) *Value { return b.Conv(x, kernel(b, 3, 3, 2, 3), Window{}, 0) },
		"axes":        func(b *Builder, x *Value) *Value { return b.Conv(x, kernel(b, 3, 4, 3), Window{}, 1) },
		"pool":        func(b *Builder, x *Value) *Value { return b.MaxPool(x, []int{6, 1}, Window{}) },
		"pool size 0": func(b *Builder, x *Value) *Value { return b.AvgPool(x, []int{0, 1}, Window{Padding: Same}) },
		"pool axes":   func(b *Builder, x *Value) *Value { return b.MaxPool(x, []int{2}, Window{}) },
		"resize":      func(b *Builder, x *Value) *Value { return b.Resize(x, 1, 0, Bilinear) },
		"extra": func(b *Builder, x *Value) *Value {
			return b.ConvTranspose(x, kernel(b, 3, 3, 2, 4), Window{}, 1, []int{-1, 0})
		},
		"extra stride": func(b *Builder, x *Value) *Value {
			return b.ConvTranspose(x, kernel(b, 3, 3, 2, 4), Window{}, 1, []int{1, 0})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			f(b, b.Input("x", Type{Float32, Shape{Unknown, 5, 5, 4}}))
			var e *ShapeError
			require.ErrorAs(t, b.Err(), &e)
		})
	}
}

// TestConvAllocatesNothing holds that a warm program allocates nothing.
func TestConvAllocatesNothing(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 9, 8, 3}})
	w := func(seed uint64, shape ...int) *Value { return b.Constant(random(seed, -1, 1, shape...)) }
	y := b.Relu(b.Conv(x, w(1, 3, 3, 3, 16), Window{Padding: Same}, 1))
	y = b.Tanh(b.Conv(y, w(2, 3, 3, 1, 16), Window{Strides: []int{2, 2}}, 16))
	y = b.Add(y, b.Conv(y, w(3, 3, 3, 16, 16), Window{Padding: Same}, 1))
	y = b.Conv(y, w(4, 1, 1, 8, 16), Window{}, 2)
	y = b.ConvTranspose(y, w(5, 3, 3, 4, 16), Window{Strides: []int{2, 2}}, 1, nil)
	y = b.AvgPool(b.MaxPool(b.Upsample(y, 1, 2, Bilinear), []int{2, 2}, Window{}), []int{2, 2}, Window{Padding: Same})
	g, err := b.Graph(y)
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	in, out := []*Tensor{random(6, -1, 1, 2, 9, 8, 3)}, make([]*Tensor, 1)
	ctx := context.Background()
	require.NoError(t, p.Run(ctx, in, out))
	require.Zero(t, testing.AllocsPerRun(5, func() {
		if err := p.Run(ctx, in, out); err != nil {
			t.Error(err)
		}
	}))
}
