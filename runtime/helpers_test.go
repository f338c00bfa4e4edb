package runtime

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// random returns numbers in [lo, hi), the same ones in every run.
func random(seed uint64, lo, hi float32, shape ...int) *Tensor {
	t, err := NewTensor(Float32, shape...)
	if err != nil {
		panic(err)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range t.Float32s() {
		t.Float32s()[i] = lo + (hi-lo)*r.Float32()
	}
	return t
}

// run compiles a graph and computes its outputs.
func run(t *testing.T, g *Graph, opt Options, in ...*Tensor) []*Tensor {
	t.Helper()
	p, err := Compile(g, opt)
	require.NoError(t, err)
	out := make([]*Tensor, len(g.outputs))
	require.NoError(t, p.Run(context.Background(), in, out))
	return out
}

// checkGradient compares the derivative of sum(y·c), c being random, with
// finite differences, for every input of build. It also runs the graph with and
// without rewrites.
func checkGradient(t *testing.T, build func(b *Builder, in []*Value) *Value, in ...*Tensor) {
	t.Helper()
	b := NewBuilder()
	var values []*Value
	for _, x := range in {
		values = append(values, b.Input("", x.Type()))
	}
	y := build(b, values)
	require.NoError(t, b.Err())
	forward, err := b.Graph(y)
	require.NoError(t, err)
	y0 := run(t, forward, Options{Threads: 1}, in...)[0]
	plain := run(t, forward, Options{Threads: 1, NoRewrites: true}, in...)[0]
	require.InDeltaSlice(t, plain.Float32s(), y0.Float32s(), 1e-5, "rewrites change the answer")

	c := random(7, -1, 1, y0.Shape()...)
	grads := Gradient(b, []*Value{y}, []*Value{b.Constant(c)}, values)
	for i, g := range grads {
		require.NotNil(t, g, "input %d has no gradient", i)
	}
	back, err := b.Graph(grads...)
	require.NoError(t, err)
	got := run(t, back, Options{Threads: 1}, in...)

	loss := func() float64 {
		s := 0.0
		for i, v := range run(t, forward, Options{Threads: 1}, in...)[0].Float32s() {
			s += float64(v) * float64(c.Float32s()[i])
		}
		return s
	}
	const h = 1e-2
	for i, x := range in {
		require.True(t, got[i].Shape().Equal(x.Shape()), "gradient of %s has shape %s", x.Shape(), got[i].Shape())
		for k := range x.Float32s() {
			saved := x.Float32s()[k]
			x.Float32s()[k] = saved + h
			up := loss()
			x.Float32s()[k] = saved - h
			down := loss()
			x.Float32s()[k] = saved
			require.InDelta(t, (up-down)/(2*h), got[i].Float32s()[k], 2e-2, "input %d element %d", i, k)
		}
	}
}
