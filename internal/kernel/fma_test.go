package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// roundedFMA is a*b + c rounded once to float32. The product is exact in float64;
// the sum is rounded to odd there, so that rounding it again to float32 is as
// if it had been rounded once (Boldo and Melquiond, "Emulation of FMA and
// correctly rounded sums", 2008).
func roundedFMA(a, b, c float32) float32 {
	p, q := float64(a)*float64(b), float64(c)
	s := p + q
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return float32(s)
	}
	t := s - p
	low := (p - (s - t)) + (q - t)
	if bits := math.Float64bits(s); low != 0 && bits&1 == 0 {
		if (low > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return float32(s)
}

func TestRoundedFMA(t *testing.T) {
	// 1 + 2^-24 is a tie for float32; the least bit below decides it.
	tie := float32(math.Ldexp(1, -12))
	assert.Equal(t, float32(1), roundedFMA(tie, tie, 1))
	assert.Equal(t, math.Nextafter32(1, 2), roundedFMA(tie, math.Nextafter32(tie, 1), 1))
	assert.Equal(t, float32(1), roundedFMA(tie, math.Nextafter32(tie, 0), 1))
	rng := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		a, b, c := float32(rng.NormFloat64()), float32(rng.NormFloat64()), float32(rng.NormFloat64())
		assert.InDelta(t, float64(a)*float64(b)+float64(c), roundedFMA(a, b, c), 1e-6)
	}
}
