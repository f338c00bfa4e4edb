package runtime

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIntegersAreExact computes where float32 would round.
func TestIntegersAreExact(t *testing.T) {
	b := NewBuilder()
	typ := Type{Int32, Shape{Unknown, 3}}
	x, y := b.Input("x", typ), b.Input("y", typ)
	var out []*Value
	names := []string{"add", "subtract", "multiply", "floor_divide", "mod", "truncmod", "gcd", "bitwise_xor"}
	for _, name := range names {
		out = append(out, b.Integer(name, x, y))
	}
	out = append(out, b.Sum(x, []int{1}, false), b.Max(x, nil, true), b.Prod(y, []int{0}, false), b.CumSum(x, false))
	g, err := b.Graph(out...)
	require.NoError(t, err)
	p, err := Compile(g, Options{})
	require.NoError(t, err)
	xs, _ := TensorOf([]int32{16777217, -7, math.MaxInt32, 12, 7, -7}, 2, 3)
	ys, _ := TensorOf([]int32{1, 2, 1, 18, -2, -2}, 2, 3)
	got := make([]*Tensor, len(out))
	require.NoError(t, p.Run(context.Background(), []*Tensor{xs, ys}, got))
	for i, want := range [][]int32{
		{16777218, -5, math.MinInt32, 30, 5, -9},
		{16777216, -9, math.MaxInt32 - 1, -6, 9, -5},
		{16777217, -14, math.MaxInt32, 216, -14, 14},
		{16777217, -4, math.MaxInt32, 0, -4, 3},
		{0, 1, 0, 12, -1, -1},
		{0, -1, 0, 12, 1, -1},
		{1, 1, 1, 6, 1, 1},
		{16777216, -5, math.MaxInt32 - 1, 30, -7, 7},
		{math.MinInt32 + 16777209, 12},
		{math.MaxInt32},
		{18, -4, -2},
		{16777217, 16777210, math.MinInt32 + 16777209, 12, 19, 12},
	} {
		require.Equal(t, want, got[i].Int32s(), "output %d", i)
	}
	zero, _ := TensorOf([]int32{1, 2, 0, 1, 1, 1}, 2, 3)
	require.ErrorContains(t, p.Run(context.Background(), []*Tensor{xs, zero}, got), "a divisor other than 0")
}

// TestOrder sorts ties, NaN and infinities.
func TestOrder(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 5}})
	up, down := b.Order(x, false), b.Order(x, true)
	g, err := b.Graph(up, down, b.TakeAlong(x, up))
	require.NoError(t, err)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	in, _ := TensorOf([]float32{3, nan, -1, 3, inf}, 1, 5)
	got := run(t, g, Options{}, in)
	require.Equal(t, []int32{2, 0, 3, 4, 1}, got[0].Int32s())
	require.Equal(t, []int32{4, 0, 3, 2, 1}, got[1].Int32s())
	require.Equal(t, []float32{-1, 3, 3, inf}, got[2].Float32s()[:4])
}
