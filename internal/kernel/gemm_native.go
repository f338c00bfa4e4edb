//go:build !noasm && (amd64 || arm64)

package kernel

import (
	"math"
	"unsafe"
)

// native computes the product in assembly and reports whether there is any.
func (g *Gemm) native(lo, hi int) bool {
	if active == Generic || g.B.K == 0 {
		return false
	}
	var off [rowBlock]int32
	if g.LDA > math.MaxInt32/rowBlock && g.M > 1 { // beyond the offsets' range: row by row
		for i := range g.M {
			row := *g
			row.A, row.C, row.M = g.A[i*g.LDA:], g.C[i*g.LDC:], 1
			p := product{Gemm: &row, off: &off[0], segs: 1, segK: g.B.K}
			p.run(lo, hi)
		}
		return true
	}
	for i := range min(g.M, rowBlock) {
		off[i] = int32(i * g.LDA)
	}
	p := product{Gemm: g, off: &off[0], aBlock: rowBlock * g.LDA, segs: 1, segK: g.B.K}
	p.run(lo, hi)
	return true
}

// native computes the product in assembly and reports whether there is any.
func (g *Indirect) native(lo, hi int) bool {
	if active == Generic || g.B.K == 0 {
		return false
	}
	p := product{Gemm: &g.Gemm, off: &g.Offsets[0], offBlock: g.Segs * rowBlock,
		segs: g.Segs, segK: g.SegK, zeros: unsafe.SliceData(g.Zeros)}
	p.run(lo, hi)
	return true
}
