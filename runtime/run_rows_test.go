package runtime

import (
	"context"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunRowsChecksItsSlices: a slice of the wrong length is an error, not a read
// or write outside it.
func TestRunRowsChecksItsSlices(t *testing.T) {
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 1})
	require.NoError(t, err)
	require.NoError(t, p.RunRows(context.Background(), make([]float32, 3), make([]float32, 3*52), 3))
	for _, c := range []struct{ dst, x, rows int }{{3, 3*52 - 1, 3}, {2, 3 * 52, 3}, {3, 3 * 52, 1 << 40}, {0, 0, -1}, {4, 3 * 52, 3}, {1 << 10, 52, 1 << 10}} {
		var shape *ShapeError
		assert.ErrorAs(t, p.RunRows(context.Background(), make([]float32, c.dst), make([]float32, c.x), c.rows), &shape, "%+v", c)
	}
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, Unknown}})
	g, err := b.Graph(b.Relu(x))
	require.NoError(t, err)
	open, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	assert.Error(t, open.RunRows(context.Background(), make([]float32, 4), make([]float32, 4), 2), "rows of unknown size")
}

// TestRunRowsOfManySizes: whatever sizes the calls before had, on one goroutine or
// several, each row has the answer that it has alone.
func TestRunRowsOfManySizes(t *testing.T) {
	for _, threads := range []int{1, 3} {
		p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: threads})
		require.NoError(t, err)
		x := make([]float32, 3000*52)
		for i := range x {
			x[i] = float32(i%17) / 16
		}
		alone := make([]float32, 3000)
		for i := range alone {
			require.NoError(t, p.RunRows(context.Background(), alone[i:i+1], x[i*52:(i+1)*52], 1))
		}
		for _, rows := range []int{5, 5, 1, 3000, 96, 96, 5, 0, 5, 3000, 3000, 1} {
			y := make([]float32, rows)
			require.NoError(t, p.RunRows(context.Background(), y, x[:rows*52], rows))
			assert.Equal(t, alone[:rows], y, "%d rows", rows)
		}
	}
}

// TestRunRowsEndsAsRunDoes: a call of as many rows as the last ends with its context, and
// with an error when an operation panics.
func TestRunRowsEndsAsRunDoes(t *testing.T) {
	b := NewBuilder()
	g, err := b.Graph(b.apply(fragile{true}, b.Input("x", Type{Float32, Shape{Unknown, 8}})))
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	x, y := make([]float32, 8), make([]float32, 8)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for range 3 {
		x[0] = 1
		require.NoError(t, p.RunRows(context.Background(), y, x, 1))
		require.ErrorIs(t, p.RunRows(ended, y, x, 1), context.Canceled)
		require.NoError(t, p.RunRows(context.Background(), y, x, 1))
		x[0] = -1
		var e *InternalError
		require.ErrorAs(t, p.RunRows(context.Background(), y, x, 1), &e)
		_, err := p.Profile(context.Background(), []*Tensor{{dtype: Float32, shape: Shape{1, 8}, n: 8, data: unsafe.Pointer(&x[0])}}, 1)
		require.ErrorAs(t, err, &e)
	}
}
