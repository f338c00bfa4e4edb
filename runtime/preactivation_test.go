package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreactivation(t *testing.T) {
	heads := map[string]func(b *Builder, z *Value) *Value{
		"relu":     func(b *Builder, z *Value) *Value { return b.Relu(z) },
		"shifted":  func(b *Builder, z *Value) *Value { return b.Add(b.Mul(b.Tanh(z), b.Scalar(0.5)), b.Scalar(0.5)) },
		"abs":      func(b *Builder, z *Value) *Value { return b.Maximum(z, b.Mul(z, b.Scalar(-1))) },
		"square":   func(b *Builder, z *Value) *Value { return b.Mul(z, z) },
		"softplus": func(b *Builder, z *Value) *Value { return b.Softplus(z) },
		"select":   func(b *Builder, z *Value) *Value { return b.Select(b.Greater(z, b.Scalar(0)), b.Exp(z), b.Scalar(2)) },
		"none":     func(_ *Builder, z *Value) *Value { return z },
		"softabs": func(b *Builder, z *Value) *Value {
			a := b.Maximum(z, b.Neg(z))
			m := b.Minimum(a, b.Scalar(1))
			return b.Add(b.Mul(b.Mul(m, m), b.Scalar(0.5)), b.Sub(a, m))
		},
	}
	for name, head := range heads {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			x := b.Input("x", Type{Float32, Shape{Unknown, 3}})
			k, err := TensorOf(make([]float32, 6), 3, 2)
			require.NoError(t, err)
			bias, err := TensorOf(make([]float32, 2), 2)
			require.NoError(t, err)
			z := b.Add(b.MatMul(b.Relu(x), b.Parameter(0, k)), b.Parameter(1, bias))
			y := head(b, z)
			require.NoError(t, b.Err())
			assert.Same(t, z, Preactivation(y))
		})
	}
}

// A value that is made of two that come from elsewhere stands itself before an activation.
func TestPreactivationOfASum(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 3}})
	sum := b.Add(b.Softmax(x), b.Softmax(b.Neg(x)))
	y := b.Relu(sum)
	require.NoError(t, b.Err())
	assert.Same(t, sum, Preactivation(y))
}
