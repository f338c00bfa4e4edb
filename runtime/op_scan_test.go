package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// simpleStep is tanh(x·w + h·u): the smallest loop that has everything.
func simpleStep(w, u *Value) ScanBody {
	return func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		h := b.Tanh(b.Add(b.MatMul(steps[0], w), b.MatMul(states[0], u)))
		return []*Value{h}, []*Value{h}
	}
}

func scanGraph(t *testing.T, x Type, reverse bool, w, u *Tensor) *Graph {
	b := NewBuilder()
	in := b.Input("x", x)
	final, out := b.Scan([]*Value{b.Fill(in, 0, CopyAxis(0), 4)}, []*Value{in}, reverse, simpleStep(b.Constant(w), b.Constant(u)))
	g, err := b.Graph(out[0], final[0])
	require.NoError(t, err)
	return g
}

func TestScanSums(t *testing.T) {
	for _, reverse := range []bool{false, true} {
		b := NewBuilder()
		x := b.Input("x", Type{Float32, Shape{Unknown, Unknown, 2}})
		final, out := b.Scan([]*Value{b.Fill(x, 10, CopyAxis(0), 2)}, []*Value{x}, reverse, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
			sum := b.Add(states[0], steps[0])
			return []*Value{sum}, []*Value{sum, b.Neg(steps[0])}
		})
		g, err := b.Graph(final[0], out[0], out[1])
		require.NoError(t, err)
		require.True(t, g.outputs[1].Shape.Equal(Shape{Unknown, Unknown, 2}))
		p, err := Compile(g, Options{})
		require.NoError(t, err)
		assert.True(t, p.rowwise)
		in, _ := TensorOf([]float32{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60}, 2, 3, 2)
		y := make([]*Tensor, 3)
		require.NoError(t, p.Run(context.Background(), []*Tensor{in}, y))
		assert.Equal(t, []float32{19, 22, 100, 130}, y[0].Float32s())
		if reverse {
			assert.Equal(t, []float32{19, 22, 18, 20, 15, 16, 100, 130, 90, 110, 60, 70}, y[1].Float32s())
		} else {
			assert.Equal(t, []float32{11, 12, 14, 16, 19, 22, 20, 30, 50, 70, 100, 130}, y[1].Float32s())
		}
		assert.Equal(t, float32(-60), y[2].Float32s()[11])

		empty, _ := NewTensor(Float32, 2, 0, 2)
		y = make([]*Tensor, 3)
		require.NoError(t, p.Run(context.Background(), []*Tensor{empty}, y))
		assert.Equal(t, []float32{10, 10, 10, 10}, y[0].Float32s(), "no steps leave the state")
	}
}

// TestScanGradient differentiates by inputs, first states, captured weights and
// through a mask, in both directions, and a loop in a loop.
func TestScanGradient(t *testing.T) {
	r := func(seed uint64, shape ...int) *Tensor { return random(seed, -1, 1, shape...) }
	for _, reverse := range []bool{false, true} {
		checkGradient(t, func(b *Builder, in []*Value) *Value {
			final, out := b.Scan(in[1:2], in[:1], reverse, simpleStep(in[2], in[3]))
			return b.Add(b.Sum(out[0], []int{1}, false), b.Square(final[0]))
		}, r(1, 2, 3, 2), r(2, 2, 4), r(3, 2, 4), r(4, 4, 4))
		checkGradient(t, func(b *Builder, in []*Value) *Value {
			bools, _ := TensorOf([]bool{true, false, true, false, false, true}, 2, 3)
			final, _ := b.Scan(in[1:2], []*Value{in[0], b.Constant(bools)}, reverse, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
				next, _ = simpleStep(in[2], in[3])(b, states, steps)
				return []*Value{b.Select(b.ExpandDims(steps[1], 1), next[0], states[0])}, nil
			})
			return final[0]
		}, r(1, 2, 3, 2), r(2, 2, 4), r(3, 2, 4), r(4, 4, 4))
	}
	checkGradient(t, func(b *Builder, in []*Value) *Value {
		final, _ := b.Scan(in[1:2], in[:1], false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
			f, _ := b.Scan(states, []*Value{steps[0]}, true, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
				return []*Value{b.Tanh(b.Add(b.Mul(states[0], in[2]), steps[0]))}, nil
			})
			return f, nil
		})
		return final[0]
	}, r(1, 2, 3, 2, 4), r(2, 2, 4), r(3, 4))
}

func TestScanSecondDerivative(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{1, 3, 1}})
	final, _ := b.Scan([]*Value{b.Fill(x, 1, CopyAxis(0), 1)}, []*Value{x}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		return []*Value{b.Mul(states[0], b.Square(steps[0]))}, nil
	})
	d := Gradient(b, final, []*Value{b.Fill(x, 1, 1, 1)}, []*Value{x})
	dd := Gradient(b, []*Value{b.Sum(d[0], nil, false)}, []*Value{b.Scalar(1)}, []*Value{x})
	g, err := b.Graph(dd...)
	require.NoError(t, err)
	in, _ := TensorOf([]float32{1, 2, 3}, 1, 3, 1)
	// y = a²b²c²; the sum over its gradient is 2ab²c² + 2a²bc² + 2a²b²c.
	require.InDeltaSlice(t, []float32{
		2*4*9 + 4*1*2*9 + 4*1*4*3,
		4*1*2*9 + 2*1*9 + 4*1*2*3,
		4*1*4*3 + 4*1*2*3 + 2*1*4,
	}, run(t, g, Options{}, in)[0].Float32s(), 1e-3)
}

// TestScanIsDeterministic compares rows in batches of several sizes bit by bit.
func TestScanIsDeterministic(t *testing.T) {
	x, w, u := random(1, -1, 1, 32, 5, 3), random(2, -1, 1, 3, 4), random(3, -1, 1, 4, 4)
	g := scanGraph(t, Type{Float32, Shape{Unknown, Unknown, 3}}, false, w, u)
	want := run(t, g, Options{Threads: 1}, x)
	for _, n := range []int{1, 2, 7} {
		part, _ := TensorOf(x.Float32s()[:n*15], n, 5, 3)
		got := run(t, g, Options{Threads: 2}, part)
		for i, y := range got {
			require.Equal(t, want[i].Float32s()[:y.Len()], y.Float32s(), "batch %d output %d", n, i)
		}
	}
}

func TestScanDoesNotAllocate(t *testing.T) {
	g := scanGraph(t, Type{Float32, Shape{Unknown, Unknown, 3}}, true, random(2, -1, 1, 3, 4), random(3, -1, 1, 4, 4))
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	s := p.NewSession()
	in, out := []*Tensor{random(1, -1, 1, 2, 5, 3)}, make([]*Tensor, 2)
	ctx := context.Background()
	require.NoError(t, s.Run(ctx, in, out))
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = s.Run(ctx, in, out) }))
}

// TestScanHoists checks that what does not depend on the step leaves the loop,
// and that unused states and outputs go.
func TestScanHoists(t *testing.T) {
	b := NewBuilder()
	x, w := b.Input("x", Type{Float32, Shape{2, 3, 4}}), b.Input("w", Type{Float32, Shape{4}})
	_, out := b.Scan([]*Value{b.ZerosLike(w), b.ZerosLike(w)}, []*Value{x}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		scale := b.Exp(b.Neg(w))
		return []*Value{b.Add(states[0], scale), b.Tanh(states[1])}, []*Value{b.Mul(steps[0], scale), b.Neg(steps[0])}
	})
	g, err := b.Graph(out[0])
	require.NoError(t, err)
	p, err := Compile(g, Options{})
	require.NoError(t, err)
	var names []string
	for _, n := range p.g.nodes {
		if o, ok := n.op.(*scan); ok {
			require.Equal(t, 0, o.states)
			require.Len(t, n.out, 1)
			for _, m := range o.body.nodes {
				if !isLeaf(m) {
					names = append(names, m.op.name())
				}
			}
		}
	}
	require.Equal(t, []string{"mul"}, names)
}

// TestScanFollowsItsWeights holds that what a loop keeps between its steps does not
// outlive it: matrices that are given at each call are those of that call.
func TestScanFollowsItsWeights(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{3, 5, 2}})
	w, u := b.Input("w", Type{Float32, Shape{2, 4}}), b.Input("u", Type{Float32, Shape{4, 4}})
	final, out := b.Scan([]*Value{b.Fill(x, 0, CopyAxis(0), 4)}, []*Value{x}, false, simpleStep(w, u))
	g, err := b.Graph(out[0], final[0])
	require.NoError(t, err)
	p, err := Compile(g, Options{})
	require.NoError(t, err)
	s := p.NewSession()
	in := random(1, -1, 1, 3, 5, 2)
	for seed := range uint64(3) {
		weights := []*Tensor{random(2+seed, -1, 1, 2, 4), random(7+seed, -1, 1, 4, 4)}
		got := make([]*Tensor, 2)
		require.NoError(t, s.Run(t.Context(), append([]*Tensor{in}, weights...), got))
		want := run(t, scanGraph(t, in.Type(), false, weights[0], weights[1]), Options{}, in)
		for i := range want {
			assert.Equal(t, want[i].Float32s(), got[i].Float32s())
		}
	}
}

func TestScanErrors(t *testing.T) {
	keep := func(b *Builder, states, steps []*Value) (next, outputs []*Value) { return states, nil }
	for name, build := range map[string]func(b *Builder, x *Value){
		"no sequence": func(b *Builder, x *Value) { b.Scan([]*Value{x}, nil, false, keep) },
		"rank":        func(b *Builder, x *Value) { b.Scan(nil, []*Value{b.Sum(x, nil, false)}, false, keep) },
		"lengths":     func(b *Builder, x *Value) { b.Scan(nil, []*Value{x, b.Slice(x, Whole, Range{0, 1, 1})}, false, keep) },
		"state count": func(b *Builder, x *Value) {
			b.Scan([]*Value{x}, []*Value{x}, false, func(*Builder, []*Value, []*Value) (n, o []*Value) { return nil, nil })
		},
		"state shape": func(b *Builder, x *Value) {
			b.Scan([]*Value{x}, []*Value{x}, false, func(b *Builder, s, x []*Value) (n, o []*Value) { return x, nil })
		},
		"in the body": func(b *Builder, x *Value) {
			b.Scan(nil, []*Value{x}, false, func(b *Builder, s, x []*Value) (n, o []*Value) { return nil, []*Value{b.MatMul(x[0], x[0])} })
		},
		"output's rank": func(b *Builder, x *Value) {
			b.Scan(nil, []*Value{x}, false, func(b *Builder, s, x []*Value) (n, o []*Value) { return nil, []*Value{b.Sum(x[0], nil, false)} })
		},
	} {
		b := NewBuilder()
		build(b, b.Input("x", Type{Float32, Shape{2, 3, 4}}))
		var shape *ShapeError
		require.ErrorAs(t, b.Err(), &shape, name)
	}
}

// TestScanMemory counts a loop's buffers as working memory, and the constants
// of its body as weights.
func TestScanMemory(t *testing.T) {
	w, u := random(2, -1, 1, 3, 4), random(3, -1, 1, 4, 4)
	g := scanGraph(t, Type{Float32, Shape{Unknown, Unknown, 3}}, false, w, u)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	require.NoError(t, p.Run(context.Background(), []*Tensor{random(1, -1, 1, 64, 5, 3)}, make([]*Tensor, 2)))
	weights, scratch := p.Memory()
	assert.GreaterOrEqual(t, weights, 4*(3*4+4*4))
	assert.GreaterOrEqual(t, scratch, 2*64*4*4, "two buffers for the state")
}
