package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProfileNamesEveryOperation(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 8}})
	w, err := NewTensor(Float32, 8, 4)
	require.NoError(t, err)
	b.Scope = "first"
	y := b.Relu(b.MatMul(x, b.Constant(w)))
	b.Scope = "second"
	g, err := b.Graph(b.Softmax(y))
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	for _, rows := range []int{1, 1000} {
		in, err := NewTensor(Float32, rows, 8)
		require.NoError(t, err)
		steps, err := p.Profile(context.Background(), []*Tensor{in}, 0)
		require.NoError(t, err)
		require.Len(t, steps, 2)
		assert.Equal(t, "first", steps[0].Scope)
		assert.Equal(t, "second", steps[1].Scope)
		assert.Equal(t, "softmax", steps[1].Op)
		assert.InDelta(t, 2*8*4*rows, steps[0].Cost, float64(8*4*rows))
		assert.Positive(t, steps[0].Time)
	}
	wrong, err := NewTensor(Float32, 1, 7)
	require.NoError(t, err)
	_, err = p.Profile(context.Background(), []*Tensor{wrong}, 0)
	var shape *ShapeError
	assert.ErrorAs(t, err, &shape)
}
