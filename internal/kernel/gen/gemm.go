package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.tile; a test there holds them.
const (
	tileA       = 0
	tileOff     = 8
	tileZeros   = 16
	tileB       = 24
	tileC       = 32
	tileBias    = 40
	tileMask    = 48
	tileAShift  = 56
	tileSegs    = 64
	tileSegK    = 72
	tileBStride = 80
	tileLDC     = 88
	tileCols    = 96
	tileBlocks  = 104
	tileAStep   = 112
	tileOffStep = 120
	tileCStep   = 128
	tileFlags   = 136
	tileMin     = 144
	tileMax     = 148
	tileAhead   = 152
)

// Local variables of a tile routine: where it is.
const (
	curA     = 0
	curOff   = 8
	curRow   = 16
	curB     = 24
	curC     = 32
	curBias  = 40
	curCols  = 48
	curLeft  = 56
	curAhead = 64

	tileLocals = 72
)

// Bits of the flags field.
const (
	flagAccumulate = 1
	flagClamp      = 2
)

// gemmWidths is the widest tile of each instruction set, in panels, by rows of
// A: as many chains of multiply-adds as hide their latency, and no more
// registers than there are. There is a tile for every smaller width too.
var gemmWidths = map[string][]int{
	"AVX2":   {1: 4, 2: 3, 3: 2, 4: 1, 5: 1, 6: 1},
	"NEON":   {1: 4, 2: 2, 3: 2, 4: 1, 5: 1, 6: 1},
	"AVX512": {1: 8, 2: 4, 3: 4, 4: 4, 5: 4, 6: 4},
}

func emitGemmAVX2(c *build.Context)   { emitTiles(c, "AVX2", 2) }
func emitGemmAVX512(c *build.Context) { emitTiles(c, "AVX512", 1) }

func emitTiles(c *build.Context, isa string, halves int) {
	for rows, widest := range gemmWidths[isa] {
		for panels := range widest {
			g := &gemm{Context: c, rows: rows, panels: panels + 1, isa: isa, halves: halves}
			g.emit()
		}
	}
	for _, rows := range gemmHalves[isa] {
		g := &gemm{Context: c, rows: rows, panels: 1, half: true, isa: isa, halves: halves}
		g.emit()
	}
}

// gemmHalves has, by rows of A, the tiles for a last panel of no more than half its columns,
// where that is faster than a tile of a whole panel: with fewer rows the chains are too few
// to hide their latency either way. Their width in panels is written as 0.
var gemmHalves = map[string][]int{"AVX2": {5, 6}}

// gemm emits one tile routine. It multiplies tile.blocks blocks of rows of A by
// the panels of tile.cols columns of B; see kernel.tile for the arguments.
type gemm struct {
	*build.Context
	rows   int  // of A
	panels int  // of B
	half   bool // of the panel only the first half
	isa    string
	halves int // vectors to a panel: 2 on AVX2, 1 on AVX-512

	t   Mem                // the tile
	cur Mem                // the local variables
	acc [][]reg.VecVirtual // by row and vector
	k1  reg.OpmaskVirtual  // AVX-512: the columns of the group's last panel
}

func (g *gemm) vec() reg.VecVirtual {
	if g.halves == 1 {
		return g.ZMM()
	}
	return g.YMM()
}

func (g *gemm) vectors() int {
	if g.half {
		return g.halves / 2
	}
	return g.panels * g.halves
}

// columns is the number of columns of a group.
func (g *gemm) columns() int { return g.vectors() * g.vecBytes() / 4 }

// prefetches reports whether the tile fetches into the second-level cache what B is read
// from next, tile.ahead bytes on: one line in a turn of the loop, the next of them in the
// next block of rows.
func (g *gemm) prefetches() bool { return g.isa == "AVX2" && g.rows == 6 && !g.half }

// vecBytes is the size of a vector; panelBytes that of a row of a panel.
func (g *gemm) vecBytes() int { return panelBytes / g.halves }

const panelBytes = 64

func (g *gemm) field(offset int) Mem { return g.t.Offset(offset) }
func (g *gemm) local(offset int) Mem { return g.cur.Offset(offset) }

func (g *gemm) emit() {
	width := g.panels
	if g.half {
		width = 0
	}
	name := tileName(g.rows, width, g.isa)
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	g.SignatureExpr("func(t *byte)")
	what := fmt.Sprintf("groups of %d panels", g.panels)
	if g.half {
		what = "half a panel"
	}
	g.Doc(fmt.Sprintf("%s multiplies blocks of %d rows by %s.", name, g.rows, what))
	g.cur = g.AllocLocal(tileLocals)
	g.t = Mem{Base: g.Load(g.Param("t"), g.GP64())}

	g.copy(g.field(tileOff), g.local(curOff))
	g.copy(g.field(tileC), g.local(curRow))
	g.copy(g.field(tileBlocks), g.local(curLeft))
	if g.prefetches() {
		g.copy(g.field(tileAhead), g.local(curAhead))
	}
	r := g.GP64()
	g.MOVQ(g.field(tileA), r)
	g.ADDQ(g.field(tileAShift), r)
	g.MOVQ(r, g.local(curA))

	g.Label("block")
	g.copy(g.field(tileB), g.local(curB))
	g.copy(g.local(curRow), g.local(curC))
	g.copy(g.field(tileBias), g.local(curBias))
	g.copy(g.field(tileCols), g.local(curCols))

	g.Label("group")
	g.start()
	g.multiply()
	g.clamp()
	g.store()
	g.ADDQ(I32(g.panels*panelBytes), g.local(curBias))
	g.ADDQ(I32(g.panels*panelBytes), g.local(curC))
	s := g.GP64()
	g.MOVQ(g.field(tileBStride), s)
	if g.panels > 1 {
		g.IMUL3Q(I32(g.panels), s, s)
	}
	g.ADDQ(s, g.local(curB))
	g.SUBQ(I32(g.panels*16), g.local(curCols))
	g.JG(LabelRef("group"))

	for _, f := range [][2]int{{curA, tileAStep}, {curOff, tileOffStep}, {curRow, tileCStep}} {
		step := g.GP64()
		g.MOVQ(g.field(f[1]), step)
		g.ADDQ(step, g.local(f[0]))
	}
	if g.prefetches() {
		g.ADDQ(Imm(panelBytes), g.local(curAhead))
	}
	g.DECQ(g.local(curLeft))
	g.JNZ(LabelRef("block"))
	g.VZEROUPPER()
	g.RET()
}

func tileName(rows, panels int, isa string) string {
	return fmt.Sprintf("gemm%dx%d%s", rows, panels, isa)
}

func (g *gemm) copy(from, to Mem) {
	r := g.GP64()
	g.MOVQ(from, r)
	g.MOVQ(r, to)
}

// start sets the accumulators from C, from the bias or to zero.
func (g *gemm) start() {
	g.acc = make([][]reg.VecVirtual, g.rows)
	for i := range g.acc {
		for range g.vectors() {
			g.acc[i] = append(g.acc[i], g.vec())
		}
	}
	g.tailMask()
	g.TESTB(Imm(flagAccumulate), g.field(tileFlags))
	g.JNZ(LabelRef("fromC"))
	g.CMPQ(g.field(tileBias), Imm(0))
	g.JNE(LabelRef("fromBias"))
	for _, row := range g.acc {
		for _, v := range row {
			g.zero(v)
		}
	}
	g.JMP(LabelRef("product"))

	g.Label("fromBias")
	bias := g.GP64()
	g.MOVQ(g.local(curBias), bias)
	g.rowAccess("bias", func(mask []reg.VecVirtual) {
		g.loadRow(bias, g.acc[0], mask)
	})
	for _, row := range g.acc[1:] {
		for v := range row {
			g.VMOVAPS(g.acc[0][v], row[v])
		}
	}
	g.JMP(LabelRef("product"))

	g.Label("fromC")
	g.rowAccess("init", func(mask []reg.VecVirtual) {
		c := g.GP64()
		g.MOVQ(g.local(curC), c)
		for _, row := range g.acc {
			g.loadRow(c, row, mask)
			g.ADDQ(g.field(tileLDC), c)
		}
	})
	g.Label("product")
}

func (g *gemm) zero(v reg.VecVirtual) {
	if g.halves == 1 {
		g.VPXORD(v, v, v)
	} else {
		g.VXORPS(v, v, v)
	}
}

// tailMask sets k1 on AVX-512 to the columns of the group's last panel.
func (g *gemm) tailMask() {
	if g.halves != 1 {
		return
	}
	n, most, ones := g.GP64(), g.GP64(), g.GP64()
	g.MOVQ(g.local(curCols), n)
	if g.panels > 1 {
		g.SUBQ(I32(16*(g.panels-1)), n)
	}
	g.MOVQ(I32(16), most)
	g.CMPQ(n, most)
	g.CMOVQGT(most, n)
	g.MOVQ(I32(-1), ones)
	g.BZHIQ(n, ones, ones)
	g.k1 = g.K()
	g.KMOVW(ones.As32(), g.k1)
}

// rowAccess emits code that loads or stores rows of the group: f is given the
// masks of its last panel, nil where it is whole. AVX-512 always masks that
// panel; for AVX2, whose masked accesses are slow, f is emitted twice.
func (g *gemm) rowAccess(label string, f func(mask []reg.VecVirtual)) {
	if g.halves == 1 {
		f(nil)
		return
	}
	g.CMPQ(g.local(curCols), I32(g.columns()))
	g.JLT(LabelRef(label + "Tail"))
	f(nil)
	g.JMP(LabelRef(label + "Done"))
	g.Label(label + "Tail")
	p := g.GP64()
	g.MOVQ(g.field(tileMask), p)
	mask := []reg.VecVirtual{g.YMM(), g.YMM()}
	g.VMOVDQU(Mem{Base: p}, mask[0])
	g.VMOVDQU(Mem{Base: p, Disp: 32}, mask[1])
	f(mask)
	g.Label(label + "Done")
}

func (g *gemm) loadRow(base reg.Register, row []reg.VecVirtual, mask []reg.VecVirtual) {
	for v, r := range row {
		m := Mem{Base: base, Disp: v * g.vecBytes()}
		switch tail := v - (g.panels-1)*g.halves; {
		case g.halves == 1 && tail == 0:
			g.VMOVUPS_Z(m, g.k1, r)
		case mask != nil && tail >= 0:
			g.VMASKMOVPS(m, mask[tail], r)
		default:
			g.VMOVUPS(m, r)
		}
	}
}

// clamp bounds the sums. The accumulator is the operand that max and min
// return when one is NaN.
func (g *gemm) clamp() {
	g.TESTB(Imm(flagClamp), g.field(tileFlags))
	g.JZ(LabelRef("clamped"))
	bound := g.vec()
	g.VBROADCASTSS(g.field(tileMin), bound)
	for _, row := range g.acc {
		for _, v := range row {
			g.VMAXPS(v, bound, v)
		}
	}
	bound = g.vec()
	g.VBROADCASTSS(g.field(tileMax), bound)
	for _, row := range g.acc {
		for _, v := range row {
			g.VMINPS(v, bound, v)
		}
	}
	g.Label("clamped")
}
