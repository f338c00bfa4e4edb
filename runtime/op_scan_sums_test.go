package runtime

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// weightGradients is the graph of a loop's gradients of weights: of a product with the
// step's input, of one with the state, of a bias, and of a factor.
func weightGradients(t *testing.T) *Graph {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, Unknown, 2}})
	weights := []*Value{b.Input("w", Type{Float32, Shape{2, 4}}), b.Input("u", Type{Float32, Shape{4, 4}}),
		b.Input("bias", Type{Float32, Shape{4}}), b.Input("factor", Type{Float32, Shape{1}})}
	final, out := b.Scan([]*Value{b.Fill(x, 0, CopyAxis(0), 4)}, []*Value{x}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		z := b.Add(b.Add(b.MatMul(steps[0], weights[0]), b.MatMul(states[0], weights[1])), weights[2])
		h := b.Tanh(b.Mul(z, weights[3]))
		return []*Value{h}, []*Value{h}
	})
	y := b.Add(b.Sum(b.Square(out[0]), nil, false), b.Sum(final[0], nil, false))
	g, err := b.Graph(Gradient(b, []*Value{y}, []*Value{b.Scalar(1)}, weights)...)
	require.NoError(t, err)
	return g
}

// What a loop sums over its steps is made behind it at once.
func TestScanSumsBehindTheLoop(t *testing.T) {
	g := weightGradients(t).clone(false)
	require.NoError(t, rewrite(g, &watch{}))
	var back *scan
	for _, n := range g.nodes {
		if o, ok := n.op.(*scan); ok && o.reverse {
			back = o
		}
	}
	require.NotNil(t, back)
	assert.Equal(t, 1, back.states, "only the state's cotangent goes from step to step")
	assert.False(t, slices.ContainsFunc(back.body.nodes, func(n *node) bool {
		o, ok := n.op.(matmul)
		return ok && o.transA
	}))
}

// Without steps, or rows, gradients of weights are zero.
func TestScanSumsOfNothing(t *testing.T) {
	p, err := Compile(weightGradients(t), Options{})
	require.NoError(t, err)
	in := []*Tensor{nil, random(1, -1, 1, 2, 4), random(2, -1, 1, 4, 4), random(3, -1, 1, 4), random(4, -1, 1, 1)}
	for _, shape := range [][]int{{2, 0, 2}, {0, 3, 2}, {2, 3, 2}} {
		in[0] = random(5, -1, 1, shape...)
		out := make([]*Tensor, 4)
		require.NoError(t, p.Run(context.Background(), in, out))
		for _, d := range out {
			zero := !slices.ContainsFunc(d.Float32s(), func(v float32) bool { return v != 0 })
			assert.Equal(t, shape[0]*shape[1] == 0, zero, "%v", shape)
		}
	}
}
