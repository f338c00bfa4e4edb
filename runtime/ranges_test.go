package runtime

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// networks are graphs over an input of the shape given, with weights drawn anew.
var networks = map[string]struct {
	shape Shape
	build func(b *Builder, x *Value, weight func(shape ...int) *Value) *Value
}{
	"dense": {Shape{Unknown, 4}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		h := b.Relu(b.Add(b.MatMul(x, weight(4, 16)), weight(16)))
		return b.Add(b.MatMul(h, weight(16, 3)), weight(3))
	}},
	"deep": {Shape{Unknown, 3}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		for range 4 {
			in := x.Shape[1]
			x = b.Tanh(b.Add(b.MatMul(x, weight(in, 9)), weight(9)))
			x = b.Mul(x, weight(9))
		}
		return b.Softplus(x)
	}},
	"linear chain that is folded": {Shape{Unknown, 6}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		y := b.Add(b.MatMul(b.Add(b.Mul(x, weight(6)), weight(6)), weight(6, 5)), weight(5))
		scale := b.Mul(b.Rsqrt(b.Add(b.Square(weight(5)), b.Scalar(1e-3))), weight(5))
		return b.Sub(b.Add(b.Mul(y, scale), weight(5)), b.Scalar(0.25))
	}},
	"convolutions": {Shape{Unknown, 8, 8, 2}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		w := Window{Padding: Same}
		y := b.LeakyRelu(b.Add(b.Conv(x, weight(3, 3, 2, 8), w, 1), weight(8)), 0.1)
		y = b.MaxPool(b.Add(y, b.Conv(y, weight(3, 3, 1, 8), w, 8)), []int{2, 2}, Window{Strides: []int{2, 2}})
		y = b.Reshape(b.Sigmoid(y), CopyAxis(0), 4*4*8)
		return b.Add(b.MatMul(y, weight(128, 2)), weight(2))
	}},
	"winograd": {Shape{Unknown, 8, 8, 32}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		return b.Conv(x, weight(3, 3, 32, 32), Window{Padding: Same}, 1)
	}},
	"lstm": {Shape{Unknown, 5, 3}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		y, states := b.LSTM(x, Recurrence{Kernel: weight(3, 16), Recurrent: weight(4, 16), Bias: weight(16), Activation: (*Builder).Tanh, Gate: (*Builder).Sigmoid})
		return b.Add(b.MatMul(b.Concat(1, y, states[0]), weight(8, 2)), weight(2))
	}},
	"gru": {Shape{Unknown, 9, 3}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		y, _ := b.GRU(x, Recurrence{Kernel: weight(3, 12), Recurrent: weight(4, 12), Bias: weight(12), RecurrentBias: weight(12), Activation: (*Builder).Tanh, Gate: (*Builder).Sigmoid}, true)
		return y
	}},
	"simple recurrence": {Shape{Unknown, 4, 3}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		y, _ := b.SimpleRNN(x, Recurrence{Kernel: weight(3, 4), Recurrent: weight(4, 4), Activation: (*Builder).Tanh, Sequences: true})
		return y
	}},
	"attention": {Shape{Unknown, 6, 2, 4}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		return b.Attention(x, b.Mul(x, weight(4)), b.Add(x, weight(4)), AttentionOptions{Scale: 0.5})
	}},
	"layer normalization": {Shape{Unknown, 7}, func(b *Builder, x *Value, weight func(...int) *Value) *Value {
		y := b.LayerNorm(b.Add(x, weight(7)), weight(7), weight(7), 1e-3)
		return b.Add(y, b.RMSNorm(x, weight(7), 1e-3))
	}},
	"functions": {Shape{Unknown, 5}, func(b *Builder, x *Value, _ func(...int) *Value) *Value {
		y := b.Concat(1, b.Abs(x), b.Square(x), b.Exp(x), b.Erf(x), b.Clamp(x, -1, 2), b.Softmax(x), b.Elu(x, 1), b.Silu(x),
			b.Div(x, b.Add(b.Abs(x), b.Scalar(1))), b.Floor(x), b.Round(x), b.Sqrt(b.Exp(x)), b.Recip(b.Exp(x)), b.Minimum(x, b.Scalar(0.5)),
			b.Maximum(x, b.Neg(x)), b.Select(b.Greater(x, b.Scalar(0)), x, b.Scalar(7)))
		return b.Concat(1, y, b.Mul(b.Slice(y, Whole, Range{0, 5, 1}), x), b.Transpose(b.Transpose(y, 1, 0), 1, 0))
	}},
}

// TestNothingLeavesItsBounds draws weights, boxes and inputs, the corners of the boxes
// more often than not, and runs the compiled graphs.
func TestNothingLeavesItsBounds(t *testing.T) {
	rounds, rows := 60, 64
	if testing.Short() {
		rounds = 4
	}
	for name, n := range networks {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, uint64(len(name))))
			samples, finite := 0, 0
			for round := range rounds {
				b := NewBuilder()
				x := b.Input("x", Type{Float32, n.shape})
				index := 0
				y := n.build(b, x, func(shape ...int) *Value {
					w, err := NewTensor(Float32, shape...)
					require.NoError(t, err)
					for i := range w.Float32s() {
						w.Float32s()[i] = float32(r.NormFloat64() * math.Pow(10, float64(round%3-1)))
					}
					index++
					return b.Parameter(index-1, w)
				})
				g, err := b.Graph(y)
				require.NoError(t, err)
				box := drawBox(r, x.Type, math.Pow(10, float64(round%5-2)))
				bounds, err := g.Bounds([]Box{box})
				require.NoError(t, err)
				p, err := Compile(g, Options{Threads: 1})
				require.NoError(t, err)
				in := drawInside(t, r, box, x.Type, rows)
				out := make([]*Tensor, 1)
				require.NoError(t, p.Run(context.Background(), []*Tensor{in}, out))
				at := newPlaces(out[0].Shape(), bounds[0].Shape)
				for i, v := range out[0].Float32s() {
					k := at.of(i)
					if v != v {
						require.True(t, bounds[0].NaN)
						continue
					}
					if !(v >= bounds[0].Lo[k] && v <= bounds[0].Hi[k]) {
						require.Fail(t, "outside", "element %d is %g, bounded by %g and %g", i, v, bounds[0].Lo[k], bounds[0].Hi[k])
					}
					samples++
					if bounds[0].Hi[k]-bounds[0].Lo[k] < 1e30 {
						finite++
					}
				}
			}
			require.Greater(t, samples, rounds*rows)
			t.Logf("%d of %d answers have bounds that say something", finite, samples)
			if name == "functions" { // of which some are not known
				require.Greater(t, 4*finite, samples)
				return
			}
			require.Equal(t, samples, finite)
		})
	}
}

// drawBox makes a box with a place of its own for each element but the batch's.
func drawBox(r *rand.Rand, t Type, size float64) Box {
	b := Box{Shape: t.Shape.clone()}
	b.Shape[0] = 1
	for range b.Shape.size() {
		at, width := r.NormFloat64()*size, math.Abs(r.NormFloat64())*size*float64(r.IntN(2))
		b.Lo, b.Hi = append(b.Lo, float32(at)), append(b.Hi, float32(at+width))
	}
	return b
}

func drawInside(t *testing.T, r *rand.Rand, b Box, typ Type, rows int) *Tensor {
	t.Helper()
	shape := typ.Shape.clone()
	shape[0] = rows
	x, err := NewTensor(Float32, shape...)
	require.NoError(t, err)
	for i := range x.Float32s() {
		k := i % len(b.Lo)
		switch r.IntN(4) {
		case 0:
			x.Float32s()[i] = b.Lo[k]
		case 1:
			x.Float32s()[i] = b.Hi[k]
		default:
			v := b.Lo[k] + float32(r.Float64())*(b.Hi[k]-b.Lo[k])
			x.Float32s()[i] = min(max(v, b.Lo[k]), b.Hi[k])
		}
	}
	return x
}

// What is sure without rounding is said without it.
func TestBoundsAreTight(t *testing.T) {
	for name, c := range map[string]struct {
		build  func(b *Builder, x *Value) *Value
		lo, hi float32
	}{
		"relu": {func(b *Builder, x *Value) *Value { return b.Relu(x) }, 0, 3},
		"shifted tanh": {func(b *Builder, x *Value) *Value {
			return b.Add(b.Mul(b.Tanh(b.Mul(x, b.Scalar(1e6))), b.Scalar(0.5)), b.Scalar(0.5))
		}, 0, 1},
		"square": {func(b *Builder, x *Value) *Value { return b.Mul(x, x) }, 0, 25.000025},
		"abs":    {func(b *Builder, x *Value) *Value { return b.Maximum(x, b.Mul(x, b.Scalar(-1))) }, 0, 5},
		"softabs": {func(b *Builder, x *Value) *Value {
			a := b.Maximum(x, b.Mul(x, b.Scalar(-1)))
			m := b.Clamp(a, 0, 1)
			return b.Add(b.Mul(b.Mul(m, m), b.Scalar(0.5)), b.Sub(a, m))
		}, 0, 4.5000014},
	} {
		b := NewBuilder()
		x := b.Input("x", Type{Float32, Shape{Unknown, 2}})
		g, err := b.Graph(c.build(b, x))
		require.NoError(t, err)
		bounds, err := g.Bounds([]Box{BoxOf(x.Type, -5, 3)})
		require.NoError(t, err)
		assert.Equal(t, c.lo, bounds[0].Lo[0], name)
		assert.InDelta(t, c.hi, bounds[0].Hi[0], 5e-5, name)
		assert.False(t, bounds[0].NaN, name)
		all, err := g.Bounds([]Box{BoxOf(x.Type, -math.MaxFloat32, math.MaxFloat32)})
		require.NoError(t, err)
		assert.Equal(t, c.lo, all[0].Lo[0], "%s of any number", name)
	}
}

// An infinite term of a sum makes it no number, which is said.
func TestBoundsSeeOverflow(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 2}})
	k, err := TensorOf([]float32{1e30, -1e30}, 2, 1)
	require.NoError(t, err)
	g, err := b.Graph(b.Softplus(b.MatMul(x, b.Constant(k))))
	require.NoError(t, err)
	bounds, err := g.Bounds([]Box{BoxOf(x.Type, 0, 1e20)})
	require.NoError(t, err)
	assert.Equal(t, Box{Shape: Shape{1, 1}, Lo: []float32{0}, Hi: []float32{float32(math.Inf(1))}, NaN: true}, bounds[0])
	_, err = g.Bounds([]Box{{Shape: Shape{1, 3}, Lo: []float32{0}, Hi: []float32{1}}})
	assert.ErrorAs(t, err, new(*ShapeError))
	_, err = g.Bounds([]Box{BoxOf(x.Type, 1, 0)})
	assert.ErrorAs(t, err, new(*ShapeError))
}

// What an output can reach does not depend on what the parameters are.
func TestReach(t *testing.T) {
	k, err := TensorOf([]float32{1, -1}, 2, 1)
	require.NoError(t, err)
	inf := float32(math.Inf(1))
	for name, c := range map[string]struct {
		head   func(b *Builder, x *Value) *Value
		lo, hi float32
	}{
		"softplus": {func(b *Builder, x *Value) *Value { return b.Softplus(x) }, 0, inf},
		"tanh":     {func(b *Builder, x *Value) *Value { return b.Tanh(x) }, -1, 1},
		"none":     {func(_ *Builder, x *Value) *Value { return x }, -inf, inf},
	} {
		b := NewBuilder()
		x := b.Input("x", Type{Float32, Shape{Unknown, 2}})
		g, err := b.Graph(c.head(b, b.MatMul(b.Tanh(x), b.Parameter(0, k))))
		require.NoError(t, err)
		assert.Equal(t, []float32{c.lo, c.hi}, []float32{g.Reach()[0].Lo[0], g.Reach()[0].Hi[0]}, name)
	}
}
