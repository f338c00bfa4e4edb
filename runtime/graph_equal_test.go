package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGraphEqual compares graphs that differ in one thing with one another.
func TestGraphEqual(t *testing.T) {
	type build = func(b *Builder, x, w *Value) *Value
	gru := func(after bool, act Elementwise) build {
		return func(b *Builder, x, w *Value) *Value {
			y, _ := b.GRU(b.Reshape(x, CopyAxis(0), 3, 1), Recurrence{Kernel: b.Constant(random(1, -1, 1, 1, 6)), Recurrent: b.Constant(random(2, -1, 1, 2, 6)), Activation: act}, after)
			return y
		}
	}
	loop := func(k float32) build {
		return func(b *Builder, x, w *Value) *Value {
			s := b.Reshape(x, CopyAxis(0), 3, 1)
			final, _ := b.Scan([]*Value{b.Fill(x, 0, CopyAxis(0), 1)}, []*Value{s}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
				return []*Value{b.Add(b.Mul(states[0], b.Scalar(k)), steps[0])}, nil
			})
			return final[0]
		}
	}
	leaky := func(slope float32) Elementwise {
		return func(b *Builder, x *Value) *Value { return b.LeakyRelu(x, slope) }
	}
	builds := []build{
		func(b *Builder, x, w *Value) *Value { return b.MatMul(x, w) },
		func(b *Builder, x, w *Value) *Value { return b.MatMulT(x, w, false, true) },
		func(b *Builder, x, w *Value) *Value { return b.MatMul(x, b.Constant(random(1, -1, 1, 3, 3))) },
		func(b *Builder, x, w *Value) *Value { return b.MatMul(x, b.Constant(random(2, -1, 1, 3, 3))) },
		func(b *Builder, x, w *Value) *Value { return b.Transpose(x, 1, 0) },
		func(b *Builder, x, w *Value) *Value { return b.Transpose(x, 0, 1) },
		func(b *Builder, x, w *Value) *Value { return b.Sub(x, b.Relu(x)) },
		func(b *Builder, x, w *Value) *Value { return b.Sub(b.Relu(x), x) },
		gru(true, leaky(0.1)), gru(true, leaky(0.2)), gru(false, leaky(0.1)), gru(true, nil),
		loop(2), loop(3),
	}
	graph := func(f build) *Graph {
		b := NewBuilder()
		x := b.Input("x", Type{Float32, Shape{Unknown, 3}})
		g, err := b.Graph(f(b, x, b.ParameterOf(0, Type{Float32, Shape{3, 3}})))
		require.NoError(t, err)
		return g
	}
	for i, f := range builds {
		for j, h := range builds {
			assert.Equal(t, i == j, graph(f).Equal(graph(h)), "%d and %d", i, j)
		}
	}
}
