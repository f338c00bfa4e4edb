package main

import "fmt"

// Registers of the NEON tiles. The accumulators are V0 to V23.
const (
	neonB = 24 // V24 to V27: a row of a panel
	neonA = 28 // V28 to V31: elements of A

	neonT       = "R0"
	neonCurA    = "R1"
	neonCurOff  = "R2"
	neonCurRow  = "R3"
	neonLeft    = "R4"
	neonCurB    = "R5"
	neonCurC    = "R6"
	neonCurBias = "R7"
	neonCurCols = "R8"
	neonSegs    = "R10"
	neonOff     = "R11"
	neonK       = "R12"
	neonStride  = "R13"
	neonTmp     = "R14" // free outside of the loops over k; panel 1 inside
	neonTmp2    = "R15" // likewise; panel 2
	neonZeros   = "R16"
	neonLDC     = "R17"
	neonTmp3    = "R25"
	neonTmp4    = "R26" // likewise; panel 3
)

var (
	neonPanels = []string{"R9", neonTmp, neonTmp2, neonTmp4}
	neonRows   = []string{"R19", "R20", "R21", "R22", "R23", "R24"}
)

// emitGemmNEON writes the tiles of kernel.tile for arm64.
func emitGemmNEON() []byte {
	f := newNEONFile()
	for rows, widest := range gemmWidths["NEON"] {
		for panels := range widest {
			g := &neonGemm{neonFile: f, rows: rows, panels: panels + 1}
			g.emit()
		}
	}
	return f.Bytes()
}

type neonGemm struct {
	*neonFile
	rows, panels int
}

// acc returns the number of the accumulator of row i and vector v.
func (g *neonGemm) acc(i, v int) int { return i*g.panels*4 + v }

func (g *neonGemm) emit() {
	g.function(tileName(g.rows, g.panels, "NEON"), "(t *tile)", 64, 8)
	g.op("MOVD t+0(FP), %s", neonT)
	for _, r := range []struct {
		reg   string
		field int
	}{
		{neonCurA, tileA}, {neonTmp, tileAShift}, {neonCurOff, tileOff}, {neonCurRow, tileC}, {neonLeft, tileBlocks},
		{neonStride, tileBStride}, {neonLDC, tileLDC}, {neonZeros, tileZeros},
	} {
		g.load(r.field, r.reg)
	}
	g.op("ADD %s, %s, %s", neonTmp, neonCurA, neonCurA)

	g.label("block")
	g.load(tileB, neonCurB)
	g.op("MOVD %s, %s", neonCurRow, neonCurC)
	g.load(tileBias, neonCurBias)
	g.load(tileCols, neonCurCols)

	g.label("group")
	g.start()
	g.multiply()
	g.clamp()
	g.store()
	g.op("ADD $%d, %s", g.panels*panelBytes, neonCurC)
	g.op("ADD $%d, %s", g.panels*panelBytes, neonCurBias)
	for range g.panels {
		g.op("ADD %s, %s", neonStride, neonCurB)
	}
	g.op("SUBS $%d, %s", g.panels*16, neonCurCols)
	g.op("BGT group")

	for _, r := range []struct {
		reg   string
		field int
	}{{neonCurA, tileAStep}, {neonCurOff, tileOffStep}, {neonCurRow, tileCStep}} {
		g.load(r.field, neonTmp)
		g.op("ADD %s, %s", neonTmp, r.reg)
	}
	g.op("SUBS $1, %s", neonLeft)
	g.op("BNE block")
	g.op("RET")
}

func (g *neonGemm) load(field int, reg string) { g.op("MOVD %d(%s), %s", field, neonT, reg) }

// start sets the accumulators from C, from the bias or to zero.
func (g *neonGemm) start() {
	g.load(tileFlags, neonTmp)
	g.op("TBNZ $0, %s, fromC", neonTmp)
	g.load(tileBias, neonTmp)
	g.op("CBNZ %s, fromBias", neonTmp)
	for i := range g.rows * g.panels * 4 {
		g.op("VEOR V%d.B16, V%d.B16, V%d.B16", i, i, i)
	}
	g.op("B product")

	g.label("fromBias")
	g.op("MOVD %s, %s", neonCurBias, neonTmp)
	g.loadRow("bias", 0)
	for i := 1; i < g.rows; i++ {
		for v := range g.panels * 4 {
			g.op("VMOV V%d.B16, V%d.B16", g.acc(0, v), g.acc(i, v))
		}
	}
	g.op("B product")

	g.label("fromC")
	g.op("MOVD %s, %s", neonCurC, neonTmp3)
	for i := range g.rows {
		g.op("MOVD %s, %s", neonTmp3, neonTmp)
		g.loadRow(fmt.Sprintf("init%d", i), i)
		g.op("ADD %s, %s", neonLDC, neonTmp3)
	}
	g.label("product")
}

// loadRow loads the columns of the group at neonTmp into the accumulators of
// row i. A last panel that is not whole is gathered on the stack.
func (g *neonGemm) loadRow(label string, i int) {
	first, last := 4*(g.panels-1), 4*g.panels
	for v := 0; v < first; v += 2 {
		g.op("FLDPQ.P 32(%s), (F%d, F%d)", neonTmp, g.acc(i, v), g.acc(i, v+1))
	}
	g.op("CMP $%d, %s", 16*g.panels, neonCurCols)
	g.op("BGE %sWhole", label)
	g.op("MOVD $buf-64(SP), %s", neonTmp2)
	g.tailCopy(label, neonTmp, neonTmp2)
	g.op("MOVD $buf-64(SP), %s", neonTmp)
	g.label(label + "Whole")
	for v := first; v < last; v += 2 {
		g.op("FLDPQ %d(%s), (F%d, F%d)", (v-first)*16, neonTmp, g.acc(i, v), g.acc(i, v+1))
	}
}

// storeRow stores the accumulators of row i to the columns at neonTmp.
func (g *neonGemm) storeRow(label string, i int) {
	first, last := 4*(g.panels-1), 4*g.panels
	for v := 0; v < first; v += 2 {
		g.op("FSTPQ.P (F%d, F%d), 32(%s)", g.acc(i, v), g.acc(i, v+1), neonTmp)
	}
	g.op("CMP $%d, %s", 16*g.panels, neonCurCols)
	g.op("BLT %sPart", label)
	for v := first; v < last; v += 2 {
		g.op("FSTPQ (F%d, F%d), %d(%s)", g.acc(i, v), g.acc(i, v+1), (v-first)*16, neonTmp)
	}
	g.op("B %sDone", label)
	g.label(label + "Part")
	g.op("MOVD $buf-64(SP), %s", neonTmp2)
	for v := first; v < last; v += 2 {
		g.op("FSTPQ (F%d, F%d), %d(%s)", g.acc(i, v), g.acc(i, v+1), (v-first)*16, neonTmp2)
	}
	g.tailCopy(label, neonTmp2, neonTmp)
	g.label(label + "Done")
}

// tailCopy copies the floats that the last panel of the group has.
func (g *neonGemm) tailCopy(label, from, to string) {
	g.op("SUB $%d, %s, %s", 16*(g.panels-1), neonCurCols, neonTmp4)
	g.label(label + "Copy")
	g.op("FMOVS.P 4(%s), F%d", from, neonA)
	g.op("FMOVS.P F%d, 4(%s)", neonA, to)
	g.op("SUBS $1, %s", neonTmp4)
	g.op("BNE %sCopy", label)
}

// multiply emits the loops over the runs of A and over k.
func (g *neonGemm) multiply() {
	g.op("MOVD %s, %s", neonCurB, neonPanels[0])
	for p := 1; p < g.panels; p++ {
		g.op("ADD %s, %s, %s", neonStride, neonPanels[p-1], neonPanels[p])
	}
	g.op("MOVD %s, %s", neonCurOff, neonOff)
	g.load(tileSegs, neonSegs)

	g.label("seg")
	for i := range g.rows {
		row := neonRows[i]
		g.op("MOVW %d(%s), %s", 4*i, neonOff, row)
		g.op("ADD %s<<2, %s, %s", row, neonCurA, neonTmp3)
		g.op("CMP $0, %s", row)
		g.op("CSEL LT, %s, %s, %s", neonZeros, neonTmp3, row)
	}
	g.load(tileSegK, neonK)
	g.op("SUBS $%d, %s", unroll, neonK)
	g.op("BLT rest")
	g.label("loop")
	for range unroll {
		g.step()
	}
	g.op("SUBS $%d, %s", unroll, neonK)
	g.op("BGE loop")
	g.label("rest")
	g.op("ADDS $%d, %s", unroll, neonK)
	g.op("BEQ endSeg")
	g.label("one")
	g.step()
	g.op("SUBS $1, %s", neonK)
	g.op("BNE one")
	g.label("endSeg")
	g.op("ADD $%d, %s", 6*4, neonOff)
	g.op("SUBS $1, %s", neonSegs)
	g.op("BNE seg")
}

// step emits one step of k. Every address moves on.
func (g *neonGemm) step() {
	element := func(i int) int {
		x := neonA + i%4
		g.op("FMOVS.P 4(%s), F%d", neonRows[i], x)
		return x
	}
	hold := g.rows <= 3 // all elements of A are loaded before B
	var x []int
	if hold {
		for i := range g.rows {
			x = append(x, element(i))
		}
	}
	for p := range g.panels {
		for v := 0; v < 4; v += 2 {
			g.op("FLDPQ.P 32(%s), (F%d, F%d)", neonPanels[p], neonB+v, neonB+v+1)
		}
		for i := range g.rows {
			var a int
			if hold {
				a = x[i]
			} else {
				a = element(i)
			}
			for v := range 4 {
				g.op("FMLA0(%d, %d, %d)", a, neonB+v, g.acc(i, 4*p+v))
			}
		}
	}
}

// clamp bounds the sums. It compares and selects, as maximum and minimum
// would make +0 of -0 and so other bits than the other variants.
func (g *neonGemm) clamp() {
	g.load(tileFlags, neonTmp)
	g.op("TBZ $1, %s, clamped", neonTmp)
	for _, bound := range []int{tileMin, tileMax} {
		g.op("ADD $%d, %s, %s", bound, neonT, neonTmp)
		g.op("VLD1R (%s), [V%d.S4]", neonTmp, neonB)
		for r := range g.rows * g.panels * 4 {
			if bound == tileMin {
				g.op("FCMGT(%d, %d, %d)", r, neonB, neonB+1)
			} else {
				g.op("FCMGT(%d, %d, %d)", neonB, r, neonB+1)
			}
			g.op("VBIT V%d.B16, V%d.B16, V%d.B16", neonB+1, neonB, r)
		}
	}
	g.label("clamped")
}

func (g *neonGemm) store() {
	g.op("MOVD %s, %s", neonCurC, neonTmp3)
	for i := range g.rows {
		g.op("MOVD %s, %s", neonTmp3, neonTmp)
		g.storeRow(fmt.Sprintf("store%d", i), i)
		g.op("ADD %s, %s", neonLDC, neonTmp3)
	}
}

// neonPeakChains is the number of chains of the peak loop: the latency of 4 by
// four units, with room.
const neonPeakChains = 24

// emitPeakNEON writes func peakNEON(n int): n times 24 independent
// multiply-adds that touch no memory.
func emitPeakNEON() []byte {
	f := newNEONFile()
	f.function("peakNEON", "(n int)", 0, 8)
	f.op("MOVD n+0(FP), R0")
	for i := range neonPeakChains + 1 {
		f.op("VEOR V%d.B16, V%d.B16, V%d.B16", i, i, i)
	}
	f.label("loop")
	for i := range neonPeakChains {
		f.op("FMLA0(%d, %d, %d)", neonPeakChains, neonPeakChains, i)
	}
	f.op("SUBS $1, R0")
	f.op("BNE loop")
	f.op("RET")
	return f.Bytes()
}
