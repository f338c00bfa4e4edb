package kernel

import "fmt"

// rowBlock is the number of rows of A a block of the product takes, and the
// block length of Indirect.Offsets.
const rowBlock = 6

// Gemm is a product with a packed matrix:
//
//	C[i,j] = clamp(init(i,j) + sum over k of A[i,k]*B[k,j])
//
// for i in [0, M) and j in the chosen panels of B. Every C[i,j] is one chain of
// multiply-adds in order of k that starts from init.
type Gemm struct {
	C          []float32 // M rows of B.N, LDC apart
	LDC        int       // at least B.N
	A          []float32 // M rows of B.K, LDA apart
	LDA        int
	M          int
	B          *Packed
	Bias       []float32 // init: B.N values, or nil for zeros
	Accumulate bool      // init is what C holds; Bias is not read
	// Min and Max bound the sum: (0, +Inf) is relu, (-Inf, +Inf) nothing. NaN
	// passes through.
	Min, Max float32
	// PanelLo and PanelHi choose the panels of B to compute, for splitting the
	// columns across threads: [PanelLo, PanelHi), or all when both are 0.
	PanelLo, PanelHi int
}

// Indirect is a product whose A is not stored as a matrix, as of a convolution
// over its input: row i of A is Segs runs of SegK floats, and run s starts at
//
//	A[Offsets[((i/6)*Segs+s)*6 + i%6]]
//
// or is SegK zeros where that offset is -1. B.K is Segs*SegK and LDA is not
// used. Offsets has whole blocks of 6 rows; those beyond row M are not read.
type Indirect struct {
	Gemm
	Offsets    []int32
	Segs, SegK int
	Zeros      []float32 // at least SegK zeros
}

// Run computes the product. It panics when a slice is too short for the sizes.
func (g *Gemm) Run() {
	lo, hi := g.check()
	if g.M == 0 || lo == hi {
		return
	}
	checkStrided("Gemm: A", len(g.A), g.M, g.B.K, g.LDA, 1)
	if !g.native(lo, hi) {
		g.portable(lo, hi)
	}
}

// Run computes the product. It panics when a slice is too short for the sizes
// or an offset points outside of A.
func (g *Indirect) Run() {
	lo, hi := g.check()
	if g.Segs < 0 || g.SegK < 0 || (g.SegK > 0 && g.Segs > g.B.K/g.SegK) || g.Segs*g.SegK != g.B.K {
		panic(fmt.Sprintf("kernel: Indirect: Segs×SegK must be B.K = %d, got %d×%d", g.B.K, g.Segs, g.SegK))
	}
	if g.M == 0 || lo == hi {
		return
	}
	g.checkOffsets()
	if !g.native(lo, hi) {
		g.portable(lo, hi)
	}
}

// checkOffsets panics unless every offset is -1 or starts a run inside of A.
func (g *Indirect) checkOffsets() {
	if g.Segs == 0 {
		return
	}
	full, rest := g.M/rowBlock, g.M%rowBlock
	blocks := (g.M + rowBlock - 1) / rowBlock
	if len(g.Offsets)/g.Segs/rowBlock < blocks {
		panic(fmt.Sprintf("kernel: Indirect: %d offsets for %d rows of %d runs", len(g.Offsets), g.M, g.Segs))
	}
	lo, hi := int32(0), int32(-1)
	if full > 0 {
		lo, hi = rangeInt32(g.Offsets[:full*g.Segs*rowBlock])
	}
	if rest > 0 {
		for s := full * g.Segs; s < blocks*g.Segs; s++ {
			for _, off := range g.Offsets[s*rowBlock:][:rest] {
				lo, hi = min(lo, off), max(hi, off)
			}
		}
	}
	if lo < -1 || (hi >= 0 && int(hi) > len(g.A)-g.SegK) {
		panic(fmt.Sprintf("kernel: Indirect: offsets in [%d, %d] for runs of %d in %d floats", lo, hi, g.SegK, len(g.A)))
	}
	if lo == -1 && len(g.Zeros) < g.SegK {
		panic(fmt.Sprintf("kernel: Indirect: Zeros must hold %d floats, has %d", g.SegK, len(g.Zeros)))
	}
}

// check panics unless B, C, Bias and the panel range fit together, and returns
// that range.
func (g *Gemm) check() (lo, hi int) {
	b := g.B
	if b.K < 0 || b.N < 0 || len(b.Data) < PackedLen(b.K, b.N) {
		panic(fmt.Sprintf("kernel: Gemm: B is %d×%d but has %d floats", b.K, b.N, len(b.Data)))
	}
	lo, hi = g.PanelLo, g.PanelHi
	if lo == 0 && hi == 0 {
		hi = b.Panels()
	}
	if lo < 0 || lo > hi || hi > b.Panels() {
		panic(fmt.Sprintf("kernel: Gemm: panels [%d, %d) of %d", lo, hi, b.Panels()))
	}
	if g.M < 0 || g.LDC < b.N {
		panic(fmt.Sprintf("kernel: Gemm: M = %d, LDC = %d for %d columns", g.M, g.LDC, b.N))
	}
	checkStrided("Gemm: C", len(g.C), g.M, b.N, g.LDC, 1)
	if g.Bias != nil && !g.Accumulate && len(g.Bias) < b.N {
		panic(fmt.Sprintf("kernel: Gemm: Bias must hold %d floats, has %d", b.N, len(g.Bias)))
	}
	return lo, hi
}
