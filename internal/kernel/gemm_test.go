package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var inf = float32(math.Inf(1))

// canary fills memory that must not be written.
const canary = float32(-12345.5)

func randomFloats(rng *rand.Rand, dst []float32) []float32 {
	for i := range dst {
		dst[i] = float32(rng.NormFloat64())
	}
	return dst
}

// rowOf returns row i of the product's A.
func rowOf(g *Indirect, i int) []float32 {
	if g.B.K == 0 {
		return nil
	}
	if g.Segs == 0 {
		return g.A[i*g.LDA:][:g.B.K]
	}
	var row []float32
	for s := range g.Segs {
		run := g.Zeros[:g.SegK]
		if off := g.Offsets[((i/rowBlock)*g.Segs+s)*rowBlock+i%rowBlock]; off >= 0 {
			run = g.A[off:][:g.SegK]
		}
		row = append(row, run...)
	}
	return row
}

// want returns what the product must write to C, bit for bit where the variant
// is assembly: chains of fused multiply-adds in order of k. In pure Go each
// step rounds twice on most machines.
func want(g *Indirect, fused bool) []float32 {
	c := slices.Clone(g.C)
	lo, hi := g.PanelLo, g.PanelHi
	if lo == 0 && hi == 0 {
		hi = g.B.Panels()
	}
	for i := range g.M {
		row := rowOf(g, i)
		for j := lo * PanelWidth; j < min(hi*PanelWidth, g.B.N); j++ {
			var sum float32
			if g.Accumulate {
				sum = c[i*g.LDC+j]
			} else if g.Bias != nil {
				sum = g.Bias[j]
			}
			for k, a := range row {
				b := g.B.Data[(j/PanelWidth*g.B.K+k)*PanelWidth+j%PanelWidth]
				if fused {
					sum = roundedFMA(a, b, sum)
				} else {
					sum += a * b
				}
			}
			if sum < g.Min {
				sum = g.Min
			}
			if sum > g.Max {
				sum = g.Max
			}
			c[i*g.LDC+j] = sum
		}
	}
	return c
}

// run runs the product as what it is.
func run(g *Indirect) {
	if g.Segs == 0 {
		g.Gemm.Run()
	} else {
		g.Run()
	}
}

// checkProduct runs g and compares C, including the canaries in it.
func checkProduct(t *testing.T, g *Indirect) {
	t.Helper()
	expected := want(g, active != Generic)
	run(g)
	for i, e := range expected {
		got := g.C[i]
		if active == Generic {
			if !sameFloat(e, got) {
				require.InDelta(t, e, got, 1e-5*math.Sqrt(float64(g.B.K)+1)*(1+math.Abs(float64(e))), "C[%d] of %s", i, describe(g))
			}
			continue
		}
		if !sameFloat(e, got) {
			require.Equal(t, e, got, "C[%d] of %s", i, describe(g))
		}
	}
}

func describe(g *Indirect) string {
	return fmt.Sprintf("M %d, K %d (%d×%d), N %d, panels [%d, %d), LDA %d, LDC %d, bias %v, accumulate %v, clamp [%v, %v]",
		g.M, g.B.K, g.Segs, g.SegK, g.B.N, g.PanelLo, g.PanelHi, g.LDA, g.LDC, g.Bias != nil, g.Accumulate, g.Min, g.Max)
}

// guardedProduct builds a random product of that size whose slices all end, or
// all start, at a fault page, shift floats away.
func guardedProduct(t testing.TB, rng *rand.Rand, m, segs, segK, n int) *Indirect {
	atStart, shift := rng.IntN(2) == 0, rng.IntN(4)
	floats := func(n int) []float32 { return randomFloats(rng, guarded(t, n, shift, atStart)) }
	k := max(segs, 1) * segK
	g := &Indirect{Segs: segs, SegK: segK}
	g.M, g.LDC, g.LDA = m, n+rng.IntN(3)*rng.IntN(9), k+rng.IntN(2)*rng.IntN(9)
	g.B = &Packed{K: k, N: n, Data: floats(PackedLen(k, n))}
	Pack(g.B.Data, randomFloats(rng, make([]float32, k*n)), k, n, n, 1)
	if m > 0 && n > 0 {
		g.C = guarded(t, (m-1)*g.LDC+n, shift, atStart)
		for i := range g.C {
			g.C[i] = canary
			if i%g.LDC < n {
				g.C[i] = float32(rng.NormFloat64())
			}
		}
	}
	switch {
	case segs > 0:
		g.A = floats(segK + rng.IntN(500))
		g.Zeros = guarded(t, segK, 0, atStart)
		g.Offsets = make([]int32, (m+rowBlock-1)/rowBlock*rowBlock*segs)
		for i := range g.Offsets {
			if i/(segs*rowBlock)*rowBlock+i%rowBlock >= m {
				g.Offsets[i] = math.MinInt32 // no row: not read
				continue
			}
			g.Offsets[i] = int32(rng.IntN(len(g.A) - segK + 1))
			if rng.IntN(4) == 0 {
				g.Offsets[i] = -1
			}
		}
	case m > 0 && k > 0:
		g.A = floats((m-1)*g.LDA + k)
	}
	g.Accumulate = rng.IntN(3) == 0
	if rng.IntN(2) == 0 {
		g.Bias = floats(n)
	}
	bounds := [][2]float32{{-inf, inf}, {0, inf}, {-1, 2}, {-inf, 0.5}}[rng.IntN(4)]
	g.Min, g.Max = bounds[0], bounds[1]
	if panels := g.B.Panels(); panels > 1 && rng.IntN(2) == 0 {
		g.PanelLo = rng.IntN(panels)
		g.PanelHi = g.PanelLo + 1 + rng.IntN(panels-g.PanelLo)
	}
	return g
}

func TestProductsEqualTheReference(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		for m := 0; m <= 13; m++ { // every number of rows with whole and partial panels, and every rest of k
			for n := 1; n <= 100; n += 1 + rng.IntN(16) {
				checkProduct(t, guardedProduct(t, rng, m, 0, rng.IntN(14), n))
				checkProduct(t, guardedProduct(t, rng, m, 1+rng.IntN(5), 1+rng.IntN(9), n))
			}
		}
		for _, s := range [][4]int{ // past the blocks of k and of columns, and the bound on one call
			{7, 0, 513, 33}, {8, 0, 1030, 17}, {13, 3, 700, 20}, {7, 40, 33, 18}, {2, 0, 9000, 20}, {1, 0, 100, 5000}, {20, 0, 64, 2100}, {200, 0, 3, 40},
		} {
			checkProduct(t, guardedProduct(t, rng, s[0], s[1], s[2], s[3]))
		}
	})
}

func TestNoStepsOfK(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		c := []float32{5, 6, canary}
		g := Gemm{C: c, LDC: 3, M: 1, B: NewPacked(nil, 0, 2, 2, 1), Bias: []float32{-1, 1}, Min: 0, Max: inf}
		g.Run()
		assert.Equal(t, []float32{0, 1, canary}, c)
	})
}

func TestProductPassesNaNAndInf(t *testing.T) {
	nan := float32(math.NaN())
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 10))
		for m := 1; m <= 7; m++ {
			for _, bad := range []float32{nan, inf, -inf} {
				g := guardedProduct(t, rng, m, 0, 9, 37)
				g.Min, g.Max = -1, 1
				g.PanelLo, g.PanelHi, g.Accumulate = 0, 0, false
				i, k := rng.IntN(m), rng.IntN(9)
				g.A[i*g.LDA+k] = bad
				checkProduct(t, g)
				if bad != bad {
					for j := range 37 {
						assert.True(t, g.C[i*g.LDC+j] != g.C[i*g.LDC+j], "row %d column %d of %d rows lost its NaN", i, j, m)
					}
				}
			}
		}
	})
}

// TestAnswersDoNotDependOnTheCall holds the contract directly: rows alone and
// panels alone give the bits of the whole product.
func TestAnswersDoNotDependOnTheCall(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 12))
		const m, k, n = 23, 1100, 150
		g := Gemm{C: make([]float32, m*n), LDC: n, A: randomFloats(rng, make([]float32, m*k)), LDA: k, M: m,
			B: NewPacked(randomFloats(rng, make([]float32, k*n)), k, n, n, 1), Min: -inf, Max: inf}
		g.Run()
		whole := slices.Clone(g.C)
		for rows := 1; rows <= 8; rows++ {
			part := g
			part.C = make([]float32, m*n)
			for i := 0; i < m; i += rows {
				sub := part
				sub.M, sub.A, sub.C = min(rows, m-i), g.A[i*k:], part.C[i*n:]
				for p := 0; p < g.B.Panels(); p += rows {
					sub.PanelLo, sub.PanelHi = p, min(p+rows, g.B.Panels())
					sub.Run()
				}
			}
			require.Equal(t, whole, part.C, "%d rows and panels at a time", rows)
		}
	})
}

func TestProductsDoNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	eachVariant(t, func(t *testing.T) {
		plain, indirect := guardedProduct(t, rng, 9, 0, 40, 50), guardedProduct(t, rng, 9, 3, 7, 50)
		assert.Zero(t, testing.AllocsPerRun(10, func() {
			g := plain.Gemm // a product built for the call stays on the stack
			g.Run()
			indirect.Run()
		}))
	})
}

func TestProductsRefuseShortSlices(t *testing.T) {
	b := NewPacked(make([]float32, 12*20), 12, 20, 20, 1)
	sound := func() *Indirect {
		return &Indirect{Gemm: Gemm{C: make([]float32, 7*20), LDC: 20, A: make([]float32, 7*12), LDA: 12, M: 7, B: b, Bias: make([]float32, 20), Max: inf},
			Offsets: make([]int32, 2*6*3), Segs: 3, SegK: 4, Zeros: make([]float32, 4)}
	}
	assert.NotPanics(t, func() { sound().Run(); sound().Gemm.Run() })
	for name, spoil := range map[string]func(g *Indirect){
		"C":      func(g *Indirect) { g.C = g.C[1:] },
		"LDC":    func(g *Indirect) { g.LDC = 19 },
		"bias":   func(g *Indirect) { g.Bias = g.Bias[1:] },
		"M":      func(g *Indirect) { g.M = -1 },
		"B":      func(g *Indirect) { g.B = &Packed{K: 12, N: 20, Data: b.Data[1:]} },
		"lo":     func(g *Indirect) { g.PanelLo, g.PanelHi = -1, 1 },
		"hi":     func(g *Indirect) { g.PanelHi = 3 },
		"lo, hi": func(g *Indirect) { g.PanelLo, g.PanelHi = 2, 1 },
	} {
		g := sound()
		spoil(g)
		assert.Panics(t, func() { g.Gemm.Run() }, name)
		assert.Panics(t, func() { g.Run() }, name)
	}
	for name, spoil := range map[string]func(g *Indirect){
		"A":            func(g *Indirect) { g.A = g.A[1:] },
		"LDA":          func(g *Indirect) { g.LDA = 13 },
		"negative LDA": func(g *Indirect) { g.LDA = -1 },
		"huge LDA":     func(g *Indirect) { g.LDA = math.MaxInt / 2 },
	} {
		g := sound()
		spoil(g)
		assert.Panics(t, func() { g.Gemm.Run() }, name)
	}
	for name, spoil := range map[string]func(g *Indirect){
		"offsets":          func(g *Indirect) { g.Offsets = g.Offsets[1:] },
		"offset past A":    func(g *Indirect) { g.Offsets[30] = 7*12 - 3 },
		"of a whole block": func(g *Indirect) { g.Offsets[17] = 7*12 - 3 },
		"negative offset":  func(g *Indirect) { g.Offsets[0] = -2 },
		"zeros":            func(g *Indirect) { g.Offsets[0] = -1; g.Zeros = g.Zeros[1:] },
		"segs":             func(g *Indirect) { g.Segs = 4 },
		"overflow":         func(g *Indirect) { g.Segs, g.SegK = math.MaxInt/4+1, 4 },
		"A":                func(g *Indirect) { g.A = nil },
	} {
		g := sound()
		spoil(g)
		assert.Panics(t, func() { g.Run() }, name)
	}
}

func FuzzProducts(f *testing.F) {
	f.Add(uint64(1), uint8(7), uint8(0), uint8(52), uint8(100))
	f.Add(uint64(2), uint8(13), uint8(9), uint8(3), uint8(33))
	f.Fuzz(func(t *testing.T, seed uint64, m, segs, segK, n uint8) {
		for _, v := range Variants() {
			restore := Use(v)
			rng := rand.New(rand.NewPCG(seed, 0))
			checkProduct(t, guardedProduct(t, rng, int(m%40), int(segs%10), 1+int(segK), 1+int(n)))
			restore()
		}
	})
}
