package runtime

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// operations lists the operations of a graph, in order, without leaves.
func operations(g *Graph) string {
	var names []string
	for _, n := range g.nodes {
		if !isLeaf(n) {
			names = append(names, n.op.name())
		}
	}
	return strings.Join(names, " ")
}

// rewrittenTo builds a graph, and holds what rewrites make of it and that they do
// not change its answer.
func rewrittenTo(t *testing.T, before, after string, build func(b *Builder, x *Value) *Value, shape ...int) {
	t.Helper()
	b := NewBuilder()
	x := b.Input("x", Type{Float32, append(Shape{Unknown}, shape[1:]...)})
	g, err := b.Graph(build(b, x))
	require.NoError(t, err)
	require.Equal(t, before, operations(g))
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	require.Equal(t, after, operations(p.g))
	in := random(9, -1, 1, shape...)
	want, got := run(t, g, Options{Threads: 1, NoRewrites: true}, in)[0], run(t, g, Options{Threads: 1}, in)[0]
	require.Equal(t, want.Shape(), got.Shape())
	require.InDeltaSlice(t, want.Float32s(), got.Float32s(), 1e-5)
}

func TestFoldScale(t *testing.T) {
	row := func(b *Builder, seed uint64) *Value { return b.Constant(random(seed, 0.5, 2, 5)) }
	norm := func(b *Builder, y *Value) *Value { return b.Relu(b.Add(b.Mul(y, row(b, 3)), row(b, 4))) }
	rewrittenTo(t, "conv mul add relu", "conv", func(b *Builder, x *Value) *Value {
		return norm(b, b.Conv(x, b.Constant(random(1, -1, 1, 3, 3, 2, 5)), Window{Padding: Same}, 1))
	}, 2, 4, 4, 2)
	rewrittenTo(t, "conv add mul add relu", "conv", func(b *Builder, x *Value) *Value {
		return norm(b, b.Add(b.Conv(x, b.Constant(random(1, -1, 1, 3, 3, 2, 5)), Window{}, 1), row(b, 5)))
	}, 2, 4, 4, 2)
	rewrittenTo(t, "conv mul add relu", "conv", func(b *Builder, x *Value) *Value { // depthwise
		return norm(b, b.Conv(x, b.Constant(random(1, -1, 1, 3, 3, 1, 5)), Window{}, 5))
	}, 2, 4, 4, 5)
	rewrittenTo(t, "conv_transpose mul add relu", "conv_transpose", func(b *Builder, x *Value) *Value {
		return norm(b, b.ConvTranspose(x, b.Constant(random(1, -1, 1, 3, 3, 5, 2)), Window{Strides: []int{2, 2}}, 1, nil))
	}, 2, 3, 4, 2)
	rewrittenTo(t, "matmul mul add relu", "matmul", func(b *Builder, x *Value) *Value {
		return norm(b, b.MatMul(x, b.Constant(random(1, -1, 1, 3, 5))))
	}, 4, 3)
	rewrittenTo(t, "matmul mul add relu", "matmul", func(b *Builder, x *Value) *Value {
		return norm(b, b.MatMulT(x, b.Constant(random(1, -1, 1, 5, 3)), false, true))
	}, 4, 3)
	// The sum has another user, so it must come out as it is.
	rewrittenTo(t, "matmul mul add", "matmul mul add", func(b *Builder, x *Value) *Value {
		y := b.MatMul(x, b.Constant(random(1, -1, 1, 3, 5)))
		return b.Add(b.Mul(y, row(b, 3)), y)
	}, 4, 3)
}

func TestFuseResidual(t *testing.T) {
	kernel := func(b *Builder, seed uint64) *Value { return b.Constant(random(seed, -1, 1, 3, 3, 4, 4)) }
	same := Window{Padding: Same}
	rewrittenTo(t, "conv relu conv add add relu", "conv conv", func(b *Builder, x *Value) *Value {
		y := b.Relu(b.Conv(x, kernel(b, 1), same, 1))
		return b.Relu(b.Add(b.Add(b.Conv(y, kernel(b, 2), same, 1), b.Constant(random(3, -1, 1, 4))), y))
	}, 2, 5, 5, 4)
	rewrittenTo(t, "conv add tanh", "conv", func(b *Builder, x *Value) *Value {
		return b.Tanh(b.Add(x, b.Conv(x, kernel(b, 2), same, 1)))
	}, 2, 5, 5, 4)
	rewrittenTo(t, "conv conv add", "conv conv", func(b *Builder, x *Value) *Value {
		return b.Add(b.Conv(x, kernel(b, 1), same, 1), b.Conv(x, kernel(b, 2), same, 1))
	}, 2, 5, 5, 4)
	rewrittenTo(t, "matmul add add sigmoid", "matmul", func(b *Builder, x *Value) *Value {
		return b.Sigmoid(b.Add(b.Add(b.MatMul(x, b.Constant(random(1, -1, 1, 4, 4))), b.Constant(random(3, -1, 1, 4))), x))
	}, 60, 4)
	// The residual broadcasts.
	rewrittenTo(t, "conv reshape add", "conv reshape add", func(b *Builder, x *Value) *Value {
		first := b.Conv(x, b.Constant(random(1, -1, 1, 5, 5, 4, 4)), Window{}, 1)
		return b.Add(first, b.Reshape(x, CopyAxis(0), 5, 5, 4))
	}, 2, 5, 5, 4)
}

func TestFoldPadding(t *testing.T) {
	pad := func(b *Builder, x *Value, v float32) *Value {
		return b.Pad(x, []int{0, 1, 2, 0}, []int{0, 1, 0, 0}, v)
	}
	kernel := func(b *Builder) *Value { return b.Constant(random(1, -1, 1, 3, 3, 2, 5)) }
	pooled := func(b *Builder, x *Value) *Value {
		return b.MaxPool(pad(b, x, 0), []int{3, 3}, Window{Strides: []int{2, 2}})
	}
	rewrittenTo(t, "pad conv", "conv", func(b *Builder, x *Value) *Value {
		return b.Conv(pad(b, x, 0), kernel(b), Window{Strides: []int{2, 2}}, 1)
	}, 2, 5, 6, 2)
	rewrittenTo(t, "pad conv", "pad conv", func(b *Builder, x *Value) *Value {
		return b.Conv(pad(b, x, 1), kernel(b), Window{}, 1)
	}, 2, 5, 6, 2)
	rewrittenTo(t, "pad conv", "pad conv", func(b *Builder, x *Value) *Value {
		return b.Conv(pad(b, x, 0), kernel(b), Window{Padding: Same}, 1)
	}, 2, 5, 6, 2)
	rewrittenTo(t, "relu pad max_pool", "relu max_pool", func(b *Builder, x *Value) *Value { return pooled(b, b.Relu(x)) }, 2, 5, 6, 2)
	rewrittenTo(t, "pad max_pool", "pad max_pool", pooled, 2, 5, 6, 2) // zeros may be the largest
}

func TestSinkTransposes(t *testing.T) {
	first := func(b *Builder, x *Value) *Value { return b.Transpose(x, 0, 3, 1, 2) }
	last := func(b *Builder, x *Value) *Value { return b.Transpose(x, 0, 2, 3, 1) }
	conv := func(b *Builder, x *Value) *Value {
		y := b.Conv(last(b, x), b.Constant(random(1, -1, 1, 3, 3, 3, 3)), Window{Padding: Same}, 1)
		return first(b, b.Add(y, b.Constant(random(2, -1, 1, 3))))
	}
	rewrittenTo(t, "transpose conv add transpose relu transpose conv add transpose", "transpose conv conv transpose", func(b *Builder, x *Value) *Value {
		return conv(b, b.Relu(conv(b, x)))
	}, 2, 3, 4, 5)
	rewrittenTo(t, "transpose conv add transpose mul transpose conv add transpose add transpose", "transpose conv conv", func(b *Builder, x *Value) *Value {
		y := b.Mul(conv(b, x), b.Constant(random(3, 0.5, 1, 3, 1, 1))) // scaled in the middle, as by a normalization
		return last(b, b.Add(conv(b, y), y))
	}, 2, 3, 4, 5)
	rewrittenTo(t, "transpose transpose concat transpose", "concat", func(b *Builder, x *Value) *Value {
		return last(b, b.Concat(1, first(b, x), first(b, x)))
	}, 2, 3, 4, 5)
}

func TestFuseAffine(t *testing.T) {
	row := func(b *Builder, seed uint64) *Value { return b.Constant(random(seed, 0.5, 2, 5)) }
	rewrittenTo(t, "mul add relu", "affine", func(b *Builder, x *Value) *Value {
		return b.Relu(b.Add(b.Mul(x, row(b, 1)), row(b, 2)))
	}, 3, 4, 5)
	rewrittenTo(t, "mul add tanh", "affine", func(b *Builder, x *Value) *Value {
		return b.Tanh(b.Add(row(b, 2), b.Mul(row(b, 1), x)))
	}, 3, 4, 5)
	rewrittenTo(t, "mul add add", "mul add add", func(b *Builder, x *Value) *Value { // the product is needed
		y := b.Mul(x, row(b, 1))
		return b.Add(b.Add(y, row(b, 2)), y)
	}, 3, 4, 5)
}
