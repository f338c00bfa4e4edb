package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGeluGradient holds the derivative of GELU, which is one operation, against its
// formula made of primitives: the same bits, NaN and infinities among them.
func TestGeluGradient(t *testing.T) {
	x, dy := random(1, -5, 5, 3, 1001), random(2, -1, 1, 3, 1001)
	x.Float32s()[3], x.Float32s()[4], x.Float32s()[5] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))
	b := NewBuilder()
	v, d := b.Input("x", x.Type()), b.Input("dy", dy.Type())
	y := b.Gelu(v)
	cdf := b.Mul(b.Scalar(0.5), b.Add(b.Scalar(1), b.Erf(b.Mul(v, b.Scalar(rootHalf)))))
	pdf := b.Mul(b.Scalar(densityAt0), b.Exp(b.Mul(b.Scalar(-0.5), b.Square(v))))
	want := b.Mul(d, b.Add(cdf, b.Mul(v, pdf)))
	g, err := b.Graph(append(Gradient(b, []*Value{y}, []*Value{d}, []*Value{v}), want)...)
	require.NoError(t, err)
	out := run(t, g, Options{Threads: 2}, x, dy)
	assertSameBits(t, out[1], out[0])
}
