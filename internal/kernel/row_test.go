package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A prepared row has the bits of a Gemm of one row, with whatever variant it was
// prepared, and touches nothing beyond its slices.
func TestRowIsAGemmOfOneRow(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		for _, k := range []int{0, 1, 5, 52, 300, 9000} {
			for _, n := range []int{1, 2, 7, 8, 9, 15, 16, 17, 40, 64, 100, 129, 300} {
				g := &guardedProduct(t, rng, 1, 0, k, n).Gemm
				g.Accumulate, g.PanelLo, g.PanelHi = false, 0, 0
				g.Run()
				r := NewRow(g.B, g.Min, g.Max)
				c := guarded(t, n, 0, rng.IntN(2) == 0)
				for _, variant := range Variants() {
					back := Use(variant)
					r.Run(c, g.A, g.Bias)
					back()
					if variant == active {
						assert.Equal(t, g.C[:n], c, "%d by %d", k, n)
					}
				}
				r.Run(c, g.A, g.Bias)
				assert.Equal(t, g.C[:n], c, "%d by %d", k, n)
				assert.Zero(t, testing.AllocsPerRun(1, func() { r.Run(c, g.A, g.Bias) }))
			}
		}
	})
}

func TestRowRefusesShortSlices(t *testing.T) {
	b := NewPacked(make([]float32, 3*20), 3, 20, 20, 1)
	r := NewRow(b, 0, 1)
	assert.Panics(t, func() { r.Run(make([]float32, 19), make([]float32, 3), nil) })
	assert.Panics(t, func() { r.Run(make([]float32, 20), make([]float32, 2), nil) })
	assert.Panics(t, func() { r.Run(make([]float32, 20), make([]float32, 3), make([]float32, 19)) })
	assert.Panics(t, func() { NewRow(&Packed{K: 3, N: 20}, 0, 1) })
}
