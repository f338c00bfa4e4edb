package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// An index outside of a table ends a call in an error, whatever the rank of the
// indices.
func TestGatherWithin(t *testing.T) {
	for _, shape := range []Shape{{}, {1}, {1, 1}} {
		b := NewBuilder()
		table, err := TensorOf([]float32{1, 2, 3, 4}, 2, 2)
		require.NoError(t, err)
		index := b.Input("index", Type{Int32, shape})
		g, err := b.Graph(b.GatherWithin(b.Constant(table), index, false))
		require.NoError(t, err)
		p, err := Compile(g, Options{Threads: 1})
		require.NoError(t, err)
		in, err := TensorOf([]int32{2}, shape...)
		require.NoError(t, err)
		out, err := NewTensor(Float32, append(shape.clone(), 2)...)
		require.NoError(t, err)
		err = p.Run(context.Background(), []*Tensor{in}, []*Tensor{out})
		var wrong *ShapeError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, "0 to 1", wrong.Wanted)
	}
}
