package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is the number of steps of k in a turn of the inner loop.
const unroll = 4

// multiply emits the loops over the runs of A and over k.
func (g *gemm) multiply() {
	b := g.GP64()
	g.MOVQ(g.local(curB), b)
	panel := g.panelAddresses(b)
	var ahead reg.GPVirtual
	if g.prefetches() {
		ahead = g.GP64()
		g.MOVQ(g.local(curAhead), ahead)
	}
	off, segs := g.GP64(), g.GP64()
	g.MOVQ(g.local(curOff), off)
	g.MOVQ(g.field(tileSegs), segs)

	g.Label("seg")
	k := g.GP64()
	rows := g.rowEnds(off, k)
	g.NEGQ(k)
	g.ADDQ(Imm(unroll), k)
	g.JG(LabelRef("rest"))
	g.Label("loop")
	for u := range unroll {
		g.step(rows, k, u-unroll, panel, u)
	}
	if g.prefetches() {
		g.PREFETCHT1(Mem{Base: b, Index: ahead, Scale: 1})
	}
	g.ADDQ(I32(unroll*panelBytes), b)
	g.ADDQ(Imm(unroll), k)
	g.JLE(LabelRef("loop"))
	g.Label("rest")
	g.SUBQ(Imm(unroll), k)
	g.JZ(LabelRef("endSeg"))
	g.Label("one")
	g.step(rows, k, 0, panel, 0)
	g.ADDQ(Imm(panelBytes), b)
	g.INCQ(k)
	g.JNZ(LabelRef("one"))
	g.Label("endSeg")
	g.ADDQ(Imm(6*4), off)
	g.DECQ(segs)
	g.JNZ(LabelRef("seg"))
}

// rowEnds sets a register for each row to the end of its run, and k to the
// length of the runs.
func (g *gemm) rowEnds(off, k reg.GPVirtual) []reg.GPVirtual {
	a := g.GP64()
	g.MOVQ(g.local(curA), a)
	g.MOVQ(g.field(tileSegK), k)
	rows := make([]reg.GPVirtual, g.rows)
	for i := range rows {
		rows[i] = g.GP64()
		g.MOVLQSX(Mem{Base: off, Disp: 4 * i}, rows[i])
		g.TESTQ(rows[i], rows[i])
		g.LEAQ(Mem{Base: a, Index: rows[i], Scale: 4}, rows[i])
		g.CMOVQLT(g.field(tileZeros), rows[i])
		g.LEAQ(Mem{Base: rows[i], Index: k, Scale: 4}, rows[i])
	}
	return rows
}

// panelAddresses returns the address of each panel of the group at b. All move
// with b.
func (g *gemm) panelAddresses(b reg.GPVirtual) []Mem {
	at := []Mem{{Base: b}}
	if g.panels == 1 {
		return at
	}
	stride := g.GP64()
	g.MOVQ(g.field(tileBStride), stride)
	odd := func(n int) reg.GPVirtual {
		r := g.GP64()
		if n == 7 {
			g.IMUL3Q(Imm(7), stride, r)
		} else {
			g.LEAQ(Mem{Base: stride, Index: stride, Scale: uint8(n - 1)}, r)
		}
		return r
	}
	var three reg.GPVirtual
	for p := 1; p < g.panels; p++ {
		m := Mem{Base: b, Index: stride, Scale: uint8(p)}
		switch p {
		case 3:
			three = odd(3)
			m.Index, m.Scale = three, 1
		case 5, 7:
			m.Index, m.Scale = odd(p), 1
		case 6:
			m.Index, m.Scale = three, 2
		}
		at = append(at, m)
	}
	return at
}

// step emits one step of k: element k+ahead of the runs by row `line` of the
// panels.
func (g *gemm) step(rows []reg.GPVirtual, k reg.GPVirtual, ahead int, panel []Mem, line int) {
	vector := func(v int) Mem {
		m := panel[v/g.halves]
		m.Disp = line*panelBytes + v%g.halves*g.vecBytes()
		return m
	}
	broadcast := func(i int) reg.VecVirtual {
		x := g.vec()
		g.VBROADCASTSS(Mem{Base: rows[i], Index: k, Scale: 4, Disp: 4 * ahead}, x)
		return x
	}
	switch {
	case g.rows == 1: // each vector of B is used once: take it from memory
		x := broadcast(0)
		for v := range g.vectors() {
			g.VFMADD231PS(vector(v), x, g.acc[0][v])
		}
	case g.rows < g.vectors(): // hold A, walk B
		x := make([]reg.VecVirtual, g.rows)
		for i := range x {
			x[i] = broadcast(i)
		}
		for v := range g.vectors() {
			y := g.vec()
			g.VMOVUPS(vector(v), y)
			for i := range x {
				g.VFMADD231PS(y, x[i], g.acc[i][v])
			}
		}
	default: // hold B, walk A
		y := make([]reg.VecVirtual, g.vectors())
		for v := range y {
			y[v] = g.vec()
			g.VMOVUPS(vector(v), y[v])
		}
		for i := range g.rows {
			x := broadcast(i)
			for v := range y {
				g.VFMADD231PS(y[v], x, g.acc[i][v])
			}
		}
	}
}
