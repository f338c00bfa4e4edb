package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/mat"
)

// TestProductsAgainstGonum holds products against gonum's in float64: an oracle
// that shares neither the order of sums nor the packing with the reference.
func TestProductsAgainstGonum(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(21, 22))
		for _, s := range [][3]int{{1, 7, 5}, {6, 52, 100}, {13, 100, 40}, {33, 700, 19}, {4, 1500, 65}} {
			m, k, n := s[0], s[1], s[2]
			a, b := randomFloats(rng, make([]float32, m*k)), randomFloats(rng, make([]float32, k*n))
			bias := randomFloats(rng, make([]float32, n))
			g := Gemm{C: make([]float32, m*n), LDC: n, A: a, LDA: k, M: m, B: NewPacked(b, k, n, n, 1), Bias: bias, Min: -inf, Max: inf}
			g.Run()

			var want mat.Dense
			want.Mul(mat.NewDense(m, k, widen(a)), mat.NewDense(k, n, widen(b)))
			worst := 0.0
			for i, got := range widen(g.C) {
				worst = max(worst, math.Abs(got-want.At(i/n, i%n)-float64(bias[i%n])))
			}
			// Each of the k roundings is relative to a sum of about sqrt(k).
			assert.LessOrEqual(t, worst, 0x1p-22*float64(k), "M %d, K %d, N %d", m, k, n)
		}
	})
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
