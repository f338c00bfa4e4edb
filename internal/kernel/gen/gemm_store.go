package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// store writes the sums of the group to C.
func (g *gemm) store() {
	if g.halves == 1 {
		g.storeRows(g.vectors(), true)
		return
	}
	g.CMPQ(g.local(curCols), I32(g.columns()))
	g.JLT(LabelRef("storeTail"))
	g.storeRows(g.vectors(), false)
	g.JMP(LabelRef("storeDone"))
	g.Label("storeTail")
	g.storeTail()
	g.Label("storeDone")
}

// storeRows writes the first vectors of every row, the last of them as far as k1 says
// if it is masked.
func (g *gemm) storeRows(vectors int, masked bool) {
	c := g.GP64()
	g.MOVQ(g.local(curC), c)
	for _, row := range g.acc {
		for v := range vectors {
			m := Mem{Base: c, Disp: v * g.vecBytes()}
			if masked && v == vectors-1 {
				g.VMOVUPS(row[v], g.k1, m)
			} else {
				g.VMOVUPS(row[v], m)
			}
		}
		g.ADDQ(g.field(tileLDC), c)
	}
}

// storeTail writes a group whose last panel is not whole, without masks: AMD's processors
// take some twenty cycles for a masked store of AVX2. What is left of that panel goes in
// pieces of 8, 4, 2 and 1 columns, each of all rows before the next.
func (g *gemm) storeTail() {
	before := (g.panels - 1) * g.halves
	if before > 0 {
		g.storeRows(before, false)
	}
	n, at := g.GP64(), g.GP64()
	g.MOVQ(g.local(curCols), n)
	g.MOVQ(g.local(curC), at)
	if before > 0 {
		g.SUBQ(I32(before*8), n)
		g.ADDQ(I32(before*g.vecBytes()), at)
	}
	piece := func(columns int, store func(v reg.VecVirtual, m Mem), next func(row []reg.VecVirtual)) {
		done := LabelRef("storeTail" + string(rune('0'+columns)))
		g.TESTQ(U32(columns), n)
		g.JZ(done)
		c := g.GP64()
		g.MOVQ(at, c)
		for _, row := range g.acc {
			store(row[before], Mem{Base: c})
			if next != nil {
				next(row[before:])
			}
			g.ADDQ(g.field(tileLDC), c)
		}
		g.ADDQ(Imm(uint64(columns*4)), at)
		g.Label(string(done))
	}
	if !g.half {
		piece(8, func(v reg.VecVirtual, m Mem) { g.VMOVUPS(v, m) },
			func(row []reg.VecVirtual) { g.VMOVAPS(row[1], row[0]) })
	}
	piece(4, func(v reg.VecVirtual, m Mem) { g.VMOVUPS(v.AsX(), m) },
		func(row []reg.VecVirtual) { g.VEXTRACTF128(Imm(1), row[0], row[0].AsX()) })
	piece(2, func(v reg.VecVirtual, m Mem) { g.VMOVLPS(v.AsX(), m) },
		func(row []reg.VecVirtual) { g.VMOVHLPS(row[0].AsX(), row[0].AsX(), row[0].AsX()) })
	piece(1, func(v reg.VecVirtual, m Mem) { g.VMOVSS(v.AsX(), m) }, nil)
}
