package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAttention compares the fused operation with its formula, over several
// blocks of queries, and rows of a batch with the same rows alone.
func TestAttention(t *testing.T) {
	const rows, queries, keys, heads, depth, width = 3, blockRows + 5, 9, 2, 4, 3
	shape := func(n, d int) Type { return Type{Float32, Shape{Unknown, n, heads, d}} }
	q := random(1, -1, 1, rows, queries, heads, depth)
	k := random(2, -1, 1, rows, keys, heads, depth)
	v := random(3, -1, 1, rows, keys, heads, width)
	mask, _ := NewTensor(Bool, rows, 1, queries, keys)
	for i := range mask.Bools() {
		mask.Bools()[i] = i%3 != 0 && i/keys%7 != 0 // some queries have no key at all
	}
	build := func(fused, masked, penalty bool) *Graph {
		b := NewBuilder()
		q, k, v := b.Input("q", shape(queries, depth)), b.Input("k", shape(keys, depth)), b.Input("v", shape(keys, width))
		m := b.Input("mask", Type{Bool, Shape{Unknown, 1, queries, keys}})
		opt := AttentionOptions{Scale: 0.5, Penalty: penalty}
		if masked {
			opt.Mask = m
		}
		if fused {
			g, err := b.Graph(b.Attention(q, k, v, opt))
			require.NoError(t, err)
			return g
		}
		swap := func(x *Value) *Value { return b.Transpose(x, 0, 2, 1, 3) }
		scores := b.Mul(b.MatMulT(swap(q), swap(k), false, true), b.Scalar(0.5))
		switch {
		case penalty:
			scores = b.Add(scores, b.Select(m, b.Scalar(0), b.Scalar(-1e9)))
		case masked:
			scores = b.Select(m, scores, b.Scalar(hidden))
		}
		g, err := b.Graph(swap(b.MatMul(b.Softmax(scores), swap(v))))
		require.NoError(t, err)
		return g
	}
	for _, c := range [][2]bool{{false, false}, {true, false}, {true, true}} {
		in := []*Tensor{q, k, v, mask}
		want := run(t, build(false, c[0], c[1]), Options{NoRewrites: true}, in...)[0]
		all := run(t, build(true, c[0], c[1]), Options{Threads: 3}, in...)[0]
		require.InDeltaSlice(t, want.Float32s(), all.Float32s(), 1e-6)
		one := make([]*Tensor, len(in))
		for i, x := range in {
			one[i] = lastRow(t, x)
		}
		alone := run(t, build(true, c[0], c[1]), Options{Threads: 1}, one...)[0]
		require.Equal(t, all.Float32s()[(rows-1)*alone.Len():], alone.Float32s(), "a row depends on its batch")
	}
}

// lastRow returns the last row of a tensor as a batch of one.
func lastRow(t *testing.T, x *Tensor) *Tensor {
	t.Helper()
	shape := append([]int{1}, x.Shape()[1:]...)
	n := x.Len() / x.Shape()[0]
	if x.DType() == Bool {
		y, err := TensorOf(x.Bools()[x.Len()-n:], shape...)
		require.NoError(t, err)
		return y
	}
	y, err := TensorOf(x.Float32s()[x.Len()-n:], shape...)
	require.NoError(t, err)
	return y
}

func TestAttentionRefuses(t *testing.T) {
	typ := func(s ...int) Type { return Type{Float32, s} }
	for name, in := range map[string][3]Type{
		"rank":  {typ(1, 2, 3), typ(1, 2, 3, 4), typ(1, 2, 3, 4)},
		"heads": {typ(1, 2, 3, 4), typ(1, 2, 2, 4), typ(1, 2, 3, 4)},
		"depth": {typ(1, 2, 3, 4), typ(1, 2, 3, 5), typ(1, 2, 3, 4)},
		"keys":  {typ(1, 2, 3, 4), typ(1, 5, 3, 4), typ(1, 6, 3, 4)},
	} {
		b := NewBuilder()
		b.Attention(b.Input("q", in[0]), b.Input("k", in[1]), b.Input("v", in[2]), AttentionOptions{Scale: 1})
		require.Error(t, b.Err(), name)
	}
	b := NewBuilder()
	x := b.Input("x", typ(1, 2, 3, 4))
	m := b.Input("m", Type{Bool, Shape{1, 2, 2, 2}})
	b.Attention(x, x, x, AttentionOptions{Scale: 1, Mask: m})
	require.ErrorContains(t, b.Err(), "a bool mask that broadcasts to (1, 3, 2, 2)")
}
