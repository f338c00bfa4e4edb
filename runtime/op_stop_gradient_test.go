package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStopGradient(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{2}})
	seen := b.Mul(x, b.Add(b.StopGradient(b.Square(x)), b.StraightThrough(b.Round(x), x)))
	d := Gradient(b, []*Value{b.Sum(seen, nil, false)}, []*Value{b.Scalar(1)}, []*Value{x})
	g, err := b.Graph(seen, d[0])
	require.NoError(t, err)
	in, _ := TensorOf([]float32{2, -1.25}, 2)
	out := run(t, g, Options{}, in)
	require.Equal(t, []float32{12, -1.25 * (1.5625 - 1)}, out[0].Float32s())
	// d(x·(s + r)) = s + r + x, with s taken as constant and r' as 1.
	require.Equal(t, []float32{8, 1.5625 - 1 - 1.25}, out[1].Float32s())
}
