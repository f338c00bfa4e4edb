package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// shortRow is a row of n registers, of which the last may not be whole.
type shortRow struct {
	*vec
	n             int
	whole, masked *elems
	last          reg.GPVirtual // elements of the last register
}

// softmaxShort does the rows of up to 64 columns, with the 16 registers of AVX2
// up to 56, which stay in registers, and returns from the function. Its sums go
// in the order of span.reduce.
func (g *vec) softmaxShort(dst, x, rows, cols reg.GPVirtual) {
	most := 64
	if !g.wide {
		most = 56
	}
	width := g.lanes()
	none := g.label("long")
	g.TESTQ(cols, cols)
	g.JLE(LabelRef(none))
	for n := 1; n <= most/width; n++ {
		next := g.label("wider")
		g.CMPQ(cols, Imm(uint64(n*width)))
		g.JGT(LabelRef(next))
		r := g.shortRow(n, cols)
		if g.wide {
			g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
				sums := r.sums()
				row, top := r.load(x)
				for i := range row {
					row[i] = r.exponential(row, i, top)
					sums.add(row, i)
				}
				r.store(sums.divide(row), dst)
			})
		} else {
			r.inBlocks(dst, x, rows, cols)
		}
		g.VZEROUPPER()
		g.RET()
		g.Label(next)
	}
	g.Label(none)
}

func (g *vec) shortRow(n int, cols reg.GPVirtual) *shortRow {
	r := &shortRow{vec: g, n: n, last: g.gp()}
	g.LEAQ(Mem{Base: cols, Disp: -(n - 1) * g.lanes()}, r.last)
	r.whole, r.masked = &elems{vec: g}, &elems{vec: g, mask: g.lanemask(r.last)}
	if !g.wide {
		m := g.v()
		g.VMOVUPS(Mem{Base: r.masked.mask}, m)
		r.masked.mask = m
	}
	return r
}

// inBlocks does 16 rows at a time, first the exponentials of them all and then their
// sums: one chain of both would be so long that few rows were under way at once.
func (r *shortRow) inBlocks(dst, x, rows, cols reg.GPVirtual) {
	loop, done := r.label("block"), r.label("blocks")
	r.TESTQ(rows, rows)
	r.JLE(LabelRef(done))
	r.Label(loop)
	block, count, first := r.gp(), r.gp(), r.gp()
	r.MOVQ(U32(16), block)
	r.CMPQ(rows, block)
	r.CMOVQLT(rows, block)
	r.MOVQ(dst, first)
	r.MOVQ(block, count)
	r.eachRow(count, cols, []reg.GPVirtual{first, x}, func() {
		row, top := r.load(x)
		for i := range row {
			row[i] = r.exponential(row, i, top)
		}
		r.store(row, first)
	})
	r.MOVQ(block, count)
	r.eachRow(count, cols, []reg.GPVirtual{dst}, func() {
		row, sums := make([]value, r.n), r.sums()
		for i := range row {
			row[i] = r.at(i).loadFrom(r.place(dst, i))
			sums.add(row, i)
		}
		r.store(sums.divide(row), dst)
	})
	r.SUBQ(block, rows)
	r.JG(LabelRef(loop))
	r.Label(done)
}

func (r *shortRow) at(i int) *elems {
	if i == r.n-1 {
		return r.masked
	}
	return r.whole
}

func (r *shortRow) place(p reg.GPVirtual, i int) Mem {
	return Mem{Base: p, Disp: i * r.lanes() * 4}
}

// load returns the row at x and its largest element.
func (r *shortRow) load(x reg.GPVirtual) (row []value, top value) {
	row = make([]value, r.n)
	for i := range row {
		row[i] = r.at(i).loadFrom(r.place(x, i))
		least := r.at(i).keep(row[i], r.f(math.Inf(-1)))
		if i == 0 {
			top = r.copy(least)
		} else {
			r.VMAXPS(least, top, top)
		}
	}
	return row, r.spread(r.fold(top, r.VMAXPS))
}

// exponential returns exp(x-top) of register i, and zeros beyond the row.
func (r *shortRow) exponential(row []value, i int, top value) value {
	return r.at(i).keep(r.exp(r.sub(row[i], top)), r.f(0))
}

// shortSums adds up a row.
type shortSums struct {
	*shortRow
	sums []value
}

func (r *shortRow) sums() shortSums {
	return shortSums{r, make([]value, min(r.n, sumLanes/r.lanes()))}
}

func (s shortSums) add(row []value, i int) {
	if k := i % len(s.sums); i < len(s.sums) {
		s.sums[k] = s.copy(row[i])
	} else {
		s.VADDPS(row[i], s.sums[k], s.sums[k])
	}
}

// divide returns the row divided by its sum.
func (s shortSums) divide(row []value) []value {
	for k := sumLanes / s.lanes() / 2; k > 0; k /= 2 {
		for i := k; i < min(2*k, len(s.sums)); i++ {
			s.VADDPS(s.sums[i], s.sums[i-k], s.sums[i-k])
		}
	}
	sum := s.spread(s.fold(s.sums[0], s.VADDPS))
	inv := s.div(s.reg(s.f(1)), sum)
	for i := range row {
		row[i] = s.mul(row[i], inv)
	}
	return row
}

func (r *shortRow) store(row []value, dst reg.GPVirtual) {
	for i, v := range row[:r.n-1] {
		r.whole.storeTo(v, r.place(dst, i))
	}
	v, m := row[r.n-1], r.place(dst, r.n-1)
	if r.wide {
		r.masked.storeTo(v, m)
		return
	}
	// The masked store of AVX2 is slow: in pieces instead.
	part, stored := r.label("part"), r.label("stored")
	r.CMPQ(r.last, Imm(uint64(r.lanes())))
	r.JNE(LabelRef(part))
	r.whole.storeTo(v, m)
	r.JMP(LabelRef(stored))
	r.Label(part)
	r.storePart(v, m, r.last)
	r.Label(stored)
}

// storePart writes the first n of 8 lanes, n below 8, in pieces of 4, 2 and 1. It
// overwrites x.
func (g *vec) storePart(x value, m Mem, n reg.GPVirtual) {
	at := g.gp()
	g.LEAQ(m, at)
	for _, piece := range []struct {
		lanes uint64
		store func()
		next  func()
	}{
		{4, func() { g.VMOVUPS(x.AsX(), Mem{Base: at}) }, func() { g.VEXTRACTF128(Imm(1), x, x.AsX()) }},
		{2, func() { g.VMOVLPS(x.AsX(), Mem{Base: at}) }, func() { g.VMOVHLPS(x.AsX(), x.AsX(), x.AsX()) }},
		{1, func() { g.VMOVSS(x.AsX(), Mem{Base: at}) }, func() {}},
	} {
		skip := g.label("piece")
		g.TESTQ(U32(piece.lanes), n)
		g.JZ(LabelRef(skip))
		piece.store()
		piece.next()
		g.ADDQ(Imm(piece.lanes*4), at)
		g.Label(skip)
	}
}
