package runtime

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// quantizedOf computes a quantizedMatmul by its formula.
func quantizedOf(x, w, scale []float32, m, k, n int) []float32 {
	y := make([]float32, m*n)
	for i := range m {
		row := x[i*k:][:k]
		largest := float32(0)
		for _, v := range row {
			largest = max(largest, max(v, -v))
		}
		s := 127 / (largest + 1e-7)
		for j := range n {
			sum := int32(0)
			for c, v := range row {
				q := max(-127, min(127, math.RoundToEven(float64(float32(v*s)))))
				sum += int32(q) * int32(w[c*n+j])
			}
			y[i*n+j] = float32(sum) / float32(scale[j]*s)
		}
	}
	return y
}

// quantizedGraph is the product with what rewrites join to it. With variable the matrix
// is an input.
func quantizedGraph(t *testing.T, x, w, scale, bias *Tensor, transW, variable bool, act func(*Builder, *Value) *Value) *Graph {
	b := NewBuilder()
	in := b.Input("x", Type{Shape: append(Shape{Unknown}, x.Shape()[1:]...)})
	matrix := b.Constant(w)
	if variable {
		matrix = b.Input("w", w.Type())
	}
	y := b.QuantizedMatMul(in, matrix, b.Constant(scale), transW)
	if bias != nil {
		y = b.Add(y, b.Constant(bias))
	}
	if act != nil {
		y = act(b, y)
	}
	g, err := b.Graph(y)
	require.NoError(t, err)
	return g
}

// TestQuantizedMatMul holds the product bit for bit against its formula at odd sizes,
// in every form of the kernels, by rows and by panels, with one thread and more.
func TestQuantizedMatMul(t *testing.T) {
	for _, v := range kernel.Variants() {
		defer kernel.Use(v)()
		for _, s := range [][3]int{{1, 1, 1}, {1, 7, 5}, {3, 1100, 17}, {5, 64, 200}, {49, 33, 16}, {130, 12, 70}} {
			m, k, n := s[0], s[1], s[2]
			x, scale, bias := random(1, -3, 3, m, k), random(2, 20, 60, n), random(3, -1, 1, n)
			wide := random(4, -128.4, 127.4, k, n).Float32s()
			w, _ := NewTensor(Int8, k, n)
			turned, _ := NewTensor(Int8, n, k)
			for i := range wide {
				wide[i] = float32(math.RoundToEven(float64(wide[i])))
				w.Int8s()[i] = int8(wide[i])
				turned.Int8s()[i%n*k+i/n] = int8(wide[i])
			}
			want := quantizedOf(x.Float32s(), wide, scale.Float32s(), m, k, n)
			for _, threads := range []int{1, 3} {
				what := fmt.Sprintf("%v %v threads %d", v, s, threads)
				got := run(t, quantizedGraph(t, x, w, scale, nil, false, false, nil), Options{Threads: threads}, x)[0]
				require.Equal(t, want, got.Float32s(), what)
				got = run(t, quantizedGraph(t, x, turned, scale, nil, true, false, nil), Options{Threads: threads}, x)[0]
				require.Equal(t, want, got.Float32s(), what)
				got = run(t, quantizedGraph(t, x, w, scale, nil, false, true, nil), Options{Threads: threads}, x, w)[0]
				require.Equal(t, want, got.Float32s(), what)
				for _, act := range []func(*Builder, *Value) *Value{nil, (*Builder).Relu, (*Builder).Tanh} {
					g := quantizedGraph(t, x, w, scale, bias, false, false, act)
					require.Equal(t, run(t, g, Options{Threads: threads, NoRewrites: true}, x)[0].Float32s(), run(t, g, Options{Threads: threads}, x)[0].Float32s(), what)
				}
			}
		}
	}
}

// TestQuantizedMatMulWarm holds that a warm call allocates nothing.
func TestQuantizedMatMulWarm(t *testing.T) {
	x, scale, bias := random(1, -3, 3, 60, 20), random(2, 20, 60, 40), random(3, -1, 1, 40)
	w, _ := NewTensor(Int8, 20, 40)
	for _, variable := range []bool{false, true} {
		in := []*Tensor{x}
		if variable {
			in = append(in, w)
		}
		p, err := Compile(quantizedGraph(t, x, w, scale, bias, false, variable, (*Builder).Relu), Options{Threads: 1})
		require.NoError(t, err)
		out := make([]*Tensor, 1)
		require.NoError(t, p.Run(context.Background(), in, out))
		assert.Zero(t, testing.AllocsPerRun(20, func() { _ = p.Run(context.Background(), in, out) }))
		if !variable {
			weights, _ := p.Memory()
			assert.LessOrEqual(t, weights, 48*20+4*2*40+64, "bytes of weights")
		}
	}
}

// TestQuantizedMatMulSpecials holds that a row with NaN or an infinity gives NaN, as
// its scale does, and leaves the others.
func TestQuantizedMatMulSpecials(t *testing.T) {
	x, scale := random(1, -3, 3, 4, 20), random(2, 20, 60, 3)
	w, _ := NewTensor(Int8, 20, 3)
	for i := range w.Int8s() {
		w.Int8s()[i] = 5
	}
	g := quantizedGraph(t, x, w, scale, nil, false, false, nil)
	want := run(t, g, Options{Threads: 1}, x)[0].Float32s()
	x.Float32s()[3], x.Float32s()[45] = float32(math.NaN()), float32(math.Inf(1))
	got := run(t, g, Options{Threads: 1}, x)[0].Float32s()
	for i, v := range got {
		if row := i / 3; row == 0 {
			assert.True(t, math.IsNaN(float64(v)))
		} else if row != 2 {
			assert.Equal(t, want[i], v)
		}
	}
}

func TestQuantizedMatMulRefuses(t *testing.T) {
	for _, c := range []struct{ x, w, scale Type }{
		{Type{Shape: Shape{2, 3}}, Type{Int8, Shape{4, 5}}, Type{Shape: Shape{5}}},
		{Type{Shape: Shape{2, 4}}, Type{Int8, Shape{4, 5}}, Type{Shape: Shape{4}}},
		{Type{Shape: Shape{2, 4}}, Type{Float32, Shape{4, 5}}, Type{Shape: Shape{5}}},
		{Type{Shape: Shape{4}}, Type{Int8, Shape{4, 5}}, Type{Shape: Shape{5}}},
	} {
		b := NewBuilder()
		_, err := b.Graph(b.QuantizedMatMul(b.Input("x", c.x), b.Input("w", c.w), b.Input("s", c.scale), false))
		var wrong *ShapeError
		require.ErrorAs(t, err, &wrong)
	}
}

// TestQuantizedMatMulGradient holds the gradient against that of the product with the
// matrix as floats, which Keras defines it to be; finite differences would see steps.
func TestQuantizedMatMulGradient(t *testing.T) {
	const m, k, n = 3, 7, 5
	x, scale, dy := random(1, -3, 3, m, k), random(2, 20, 60, n), random(3, -1, 1, m, n)
	w, _ := NewTensor(Int8, k, n)
	turned, _ := NewTensor(Int8, n, k)
	floats, _ := NewTensor(Float32, k, n)
	for i, v := range random(4, -128, 127, k, n).Float32s() {
		w.Int8s()[i], turned.Int8s()[i%n*k+i/n] = int8(v), int8(v)
		floats.Float32s()[i] = float32(int8(v)) / scale.Float32s()[i%n]
	}
	gradient := func(product func(b *Builder, x *Value) *Value) []float32 {
		b := NewBuilder()
		in, d := b.Input("x", x.Type()), b.Input("dy", dy.Type())
		g, err := b.Graph(Gradient(b, []*Value{product(b, in)}, []*Value{d}, []*Value{in})...)
		require.NoError(t, err)
		return run(t, g, Options{Threads: 1}, x, dy)[0].Float32s()
	}
	want := gradient(func(b *Builder, x *Value) *Value { return b.MatMul(x, b.Constant(floats)) })
	for transW, matrix := range map[bool]*Tensor{false: w, true: turned} {
		got := gradient(func(b *Builder, x *Value) *Value {
			return b.QuantizedMatMul(x, b.Constant(matrix), b.Constant(scale), transW)
		})
		assert.InDeltaSlice(t, want, got, 1e-5)
	}
}
