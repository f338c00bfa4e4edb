package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

var inf = float32(math.Inf(1))

// reference computes one element of a product in float64.
func reference(init float32, a, b func(k int) float32, k int) float64 {
	sum := float64(init)
	for i := range k {
		sum += float64(a(i)) * float64(b(i))
	}
	return sum
}

func randomFloats(rng *rand.Rand, dst []float32) []float32 {
	for i := range dst {
		dst[i] = float32(rng.NormFloat64())
	}
	return dst
}

func TestGemmAgainstFloat64(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		for _, s := range [][3]int{{1, 1, 1}, {1, 5, 16}, {6, 3, 17}, {7, 52, 100}, {13, 33, 47}, {2, 600, 130}} {
			m, k, n := s[0], s[1], s[2]
			a, b, bias := randomFloats(rng, make([]float32, m*k)), randomFloats(rng, make([]float32, k*n)), randomFloats(rng, make([]float32, n))
			c := make([]float32, m*n)
			g := Gemm{C: c, LDC: n, A: a, LDA: k, M: m, B: NewPacked(b, k, n, n, 1), Bias: bias, Min: -inf, Max: inf}
			g.Run()
			for i := range m {
				for j := range n {
					want := reference(bias[j], func(l int) float32 { return a[i*k+l] }, func(l int) float32 { return b[l*n+j] }, k)
					assert.InDelta(t, want, c[i*n+j], 1e-5*float64(k+1), fmt.Sprintf("%v at (%d, %d)", s, i, j))
				}
			}
		}
	})
}
