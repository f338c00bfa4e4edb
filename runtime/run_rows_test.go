package runtime

import (
	"context"
	"testing"

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
