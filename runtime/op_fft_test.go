package runtime

import (
	"math"
	"math/cmplx"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFFT holds the transform against its definition, for sizes of every kind.
func TestFFT(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 8, 12, 17, 64, 100} {
		for _, backward := range []bool{false, true} {
			b := NewBuilder()
			typ := Type{Float32, Shape{2, n}}
			re, im := b.FFT(b.Input("re", typ), b.Input("im", typ), backward)
			g, err := b.Graph(re, im)
			require.NoError(t, err)
			x, y := random(1, -1, 1, 2, n), random(2, -1, 1, 2, n)
			out := run(t, g, Options{}, x, y)
			sign := -1.0
			if backward {
				sign = 1
			}
			for i := range 2 * n {
				sum := complex128(0)
				for j := range n {
					at := i/n*n + j
					sum += complex(float64(x.Float32s()[at]), float64(y.Float32s()[at])) * cmplx.Rect(1, sign*2*math.Pi*float64(i%n*j)/float64(n))
				}
				require.InDelta(t, real(sum), out[0].Float32s()[i], 1e-5, "%d numbers", n)
				require.InDelta(t, imag(sum), out[1].Float32s()[i], 1e-5, "%d numbers", n)
			}
		}
	}
}
