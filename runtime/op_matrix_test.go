package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMatricesWithoutAnAnswer holds that numbers which have no answer end the call.
func TestMatricesWithoutAnAnswer(t *testing.T) {
	for want, build := range map[string]func(b *Builder, x *Value) *Value{
		"matrices that have an inverse":             func(b *Builder, x *Value) *Value { return b.Solve(x, x) },
		"positive definite matrices":                func(b *Builder, x *Value) *Value { return b.Cholesky(x) },
		"triangles without zeros on their diagonal": func(b *Builder, x *Value) *Value { return b.SolveTriangular(x, x, true) },
	} {
		b := NewBuilder()
		y := build(b, b.Input("x", Type{Float32, Shape{Unknown, 2, 2}}))
		require.NoError(t, b.Err())
		g, err := b.Graph(y)
		require.NoError(t, err)
		p, err := Compile(g, Options{})
		require.NoError(t, err)
		x, err := TensorOf([]float32{1, 0, 0, 1, 1, 0, 0, 0}, 2, 2, 2)
		require.NoError(t, err)
		out, err := NewTensor(Float32, 2, 2, 2)
		require.NoError(t, err)
		err = p.Run(context.Background(), []*Tensor{x}, []*Tensor{out})
		assert.ErrorContains(t, err, want)
	}
}

func TestMatrixShapes(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 2, 3}})
	b.Solve(x, x)
	require.ErrorContains(t, b.Err(), "a square matrix, and another of as many rows")
}
