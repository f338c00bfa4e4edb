package runtime

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mlp is the seed model's shape: Dense relu, Dense softmax, Dense tanh.
func mlp(t *testing.T, sizes ...int) *Graph {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, sizes[0]}})
	y := x
	for i := 1; i < len(sizes); i++ {
		w := b.Parameter(2*i-2, random(uint64(i), -0.3, 0.3, sizes[i-1], sizes[i]))
		bias := b.Parameter(2*i-1, random(uint64(i)+50, -0.3, 0.3, sizes[i]))
		y = b.Add(b.MatMul(y, w), bias)
		switch i % 3 {
		case 1:
			y = b.Relu(y)
		case 2:
			y = b.Softmax(y)
		case 0:
			y = b.Tanh(y)
		}
	}
	g, err := b.Graph(y)
	require.NoError(t, err)
	return g
}

// TestRowsDoNotDependOnTheBatch is the determinism contract: a row's answer is
// the same bits in any batch and on any number of threads.
func TestRowsDoNotDependOnTheBatch(t *testing.T) {
	g := mlp(t, 52, 100, 40, 1)
	x := random(3, -1, 1, 1000, 52)
	want := run(t, g, Options{Threads: 1}, x)[0].Float32s()
	for _, threads := range []int{1, 2, 4} {
		p, err := Compile(g, Options{Threads: threads})
		require.NoError(t, err)
		for _, rows := range []int{1, 2, 7, 32, 100, 1000} {
			in, _ := TensorOf(x.Float32s()[:rows*52], rows, 52)
			out := make([]*Tensor, 1)
			require.NoError(t, p.Run(context.Background(), []*Tensor{in}, out))
			assert.Equal(t, want[:rows], out[0].Float32s(), "%d rows, %d threads", rows, threads)
		}
	}
}

func TestRewritesFuseTheMLP(t *testing.T) {
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 1})
	require.NoError(t, err)
	var names []string
	for _, n := range p.g.nodes {
		if !isLeaf(n) {
			names = append(names, n.op.name())
		}
	}
	assert.Equal(t, []string{"matmul", "matmul", "softmax", "matmul"}, names)
}

func TestNoAllocationOnceWarm(t *testing.T) {
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 1})
	require.NoError(t, err)
	for _, rows := range []int{1, 52, 1000} {
		in, out := []*Tensor{random(3, -1, 1, rows, 52)}, []*Tensor{random(3, -1, 1, rows, 1)}
		ctx := context.Background()
		call := func() { require.NoError(t, p.Run(ctx, in, out)) }
		call()
		assert.Zero(t, testing.AllocsPerRun(20, func() { _ = p.Run(ctx, in, out) }), "%d rows", rows)
	}
}

func TestConcurrentCalls(t *testing.T) {
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 2})
	require.NoError(t, err)
	x := random(3, -1, 1, 200, 52)
	out := make([]*Tensor, 1)
	require.NoError(t, p.Run(context.Background(), []*Tensor{x}, out))
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				rows := 1 + (k*37+i*11)%200
				in, _ := TensorOf(x.Float32s()[:rows*52], rows, 52)
				got := make([]*Tensor, 1)
				assert.NoError(t, p.Run(context.Background(), []*Tensor{in}, got))
				assert.Equal(t, out[0].Float32s()[:rows], got[0].Float32s())
			}
		}()
	}
	wg.Wait()
}

func TestShapeErrors(t *testing.T) {
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{})
	require.NoError(t, err)
	ctx := context.Background()
	for _, shape := range [][]int{{3, 51}, {52}, {1, 2, 52}} {
		err := p.Run(ctx, []*Tensor{random(1, 0, 1, shape...)}, make([]*Tensor, 1))
		var se *ShapeError
		require.ErrorAs(t, err, &se, fmt.Sprint(shape))
		assert.Contains(t, err.Error(), `input "x": wanted float32(None, 52)`)
	}
	require.Error(t, p.Run(ctx, nil, make([]*Tensor, 1)))
	out := make([]*Tensor, 1)
	require.NoError(t, p.Run(ctx, []*Tensor{random(1, 0, 1, 0, 52)}, out), "an empty batch")
	assert.True(t, out[0].Shape().Equal(Shape{0, 1}))
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, p.Run(canceled, []*Tensor{random(1, 0, 1, 2, 52)}, make([]*Tensor, 1)), context.Canceled)
}

func TestTensorSizesAreChecked(t *testing.T) {
	_, err := NewTensor(Float32, 1<<40, 1<<40)
	require.Error(t, err)
	_, err = NewTensor(Float32, -1)
	require.Error(t, err)
	_, err = TensorOf([]float32{1, 2}, 3)
	require.Error(t, err)
}

func BenchmarkMLP(b *testing.B) {
	t := &testing.T{}
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, rows := range []int{1, 52, 1024} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			in, out := []*Tensor{random(3, -1, 1, rows, 52)}, []*Tensor{random(3, -1, 1, rows, 1)}
			for b.Loop() {
				_ = p.Run(context.Background(), in, out)
			}
		})
	}
}

// TestRowsThatMultiply holds a graph whose result has several rows for each of
// the batch.
func TestRowsThatMultiply(t *testing.T) {
	const rows = 500
	build := func(batch int, sizes ...int) *Graph {
		b := NewBuilder()
		x := b.Input("x", Type{Float32, Shape{batch, 2, 3}})
		g, err := b.Graph(b.Exp(b.Reshape(x, sizes...)))
		require.NoError(t, err)
		return g
	}
	in := random(1, -1, 1, rows, 2, 3)
	want := run(t, build(rows, Infer, 3), Options{}, in)[0]
	got := run(t, build(Unknown, Infer, 3), Options{}, in)[0]
	require.Equal(t, Shape{2 * rows, 3}, got.Shape())
	require.Equal(t, want.Float32s(), got.Float32s())
	for _, sizes := range [][]int{{Infer, 6}, {CopyAxis(0), 6}, {CopyAxis(0), Infer}} {
		p, err := Compile(build(Unknown, sizes...), Options{})
		require.NoError(t, err)
		require.True(t, p.rowwise, "%v leaves rows alone", sizes)
	}
}
