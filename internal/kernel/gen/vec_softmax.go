package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func emitSoftmax(g *vec) {
	g.function("softmaxRows", "func(dst, x []float32, rows, cols int)", "writes exp(x-max)/sum of each row.", func(g *vec) {
		dst, x := g.slice("dst"), g.slice("x")
		rows, cols := g.integer("rows"), g.integer("cols")
		g.softmaxShort(dst, x, rows, cols)
		s := g.span(cols)
		g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
			top := g.spread(s.max(x))
			s.pairs(func(e *elems) { e.store(g.exp(g.sub(e.load(x), top)), dst) })
			sum := g.spread(s.sum(func(e *elems) value { return e.load(dst) }))
			inv := g.div(g.reg(g.f(1)), sum)
			s.each(func(e *elems) { e.store(g.mul(e.load(dst), inv), dst) })
		})
	})
	g.function("logSoftmaxRows", "func(dst, x []float32, rows, cols int)", "writes x-max-log(sum) of each row.", func(g *vec) {
		dst, x := g.slice("dst"), g.slice("x")
		rows, cols := g.integer("rows"), g.integer("cols")
		s := g.span(cols)
		g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
			top := g.spread(s.max(x))
			sum := g.spread(s.sum(func(e *elems) value {
				return e.keep(g.exp(g.sub(e.load(x), top)), g.f(0))
			}))
			logSum := g.log(sum)
			s.each(func(e *elems) { e.store(g.sub(g.sub(e.load(x), top), logSum), dst) })
		})
	})
	g.function("softmaxGradRows", "func(dst, y, dy []float32, rows, cols int)", "writes y*(dy-sum(y*dy)) of each row.", func(g *vec) {
		dst, y, dy := g.slice("dst"), g.slice("y"), g.slice("dy")
		rows, cols := g.integer("rows"), g.integer("cols")
		s := g.span(cols)
		g.eachRow(rows, cols, []reg.GPVirtual{dst, y, dy}, func() {
			inner := g.spread(s.dot(y, dy))
			s.each(func(e *elems) { e.store(g.mul(e.load(y), g.sub(e.load(dy), inner)), dst) })
		})
	})
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
		last := g.gp()
		g.LEAQ(Mem{Base: cols, Disp: -(n - 1) * width}, last)
		whole, masked := &elems{vec: g}, &elems{vec: g, mask: g.lanemask(last)}
		if !g.wide {
			m := g.v()
			g.VMOVUPS(Mem{Base: masked.mask}, m)
			masked.mask = m
		}
		at := func(i int) *elems {
			if i == n-1 {
				return masked
			}
			return whole
		}
		place := func(p reg.GPVirtual, i int) Mem { return Mem{Base: p, Disp: i * width * 4} }
		g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
			row := make([]value, n)
			var top value
			for i := range row {
				row[i] = at(i).loadFrom(place(x, i))
				least := at(i).keep(row[i], g.f(math.Inf(-1)))
				if i == 0 {
					top = g.copy(least)
				} else {
					g.VMAXPS(least, top, top)
				}
			}
			top = g.spread(g.fold(top, g.VMAXPS))
			sums := make([]value, min(n, sumLanes/width))
			for i := range row {
				row[i] = at(i).keep(g.exp(g.sub(row[i], top)), g.f(0))
				if k := i % len(sums); i < len(sums) {
					sums[k] = g.copy(row[i])
				} else {
					g.VADDPS(row[i], sums[k], sums[k])
				}
			}
			for k := sumLanes / width / 2; k > 0; k /= 2 {
				for i := k; i < min(2*k, len(sums)); i++ {
					g.VADDPS(sums[i], sums[i-k], sums[i-k])
				}
			}
			sum := g.spread(g.fold(sums[0], g.VADDPS))
			inv := g.div(g.reg(g.f(1)), sum)
			for i := range row {
				row[i] = g.mul(row[i], inv)
			}
			for i, v := range row[:n-1] {
				whole.storeTo(v, place(dst, i))
			}
			if g.wide {
				masked.storeTo(row[n-1], place(dst, n-1))
				return
			}
			// The masked store of AVX2 is slow: not where it stores all.
			part, stored := g.label("part"), g.label("stored")
			g.CMPQ(last, Imm(uint64(width)))
			g.JNE(LabelRef(part))
			whole.storeTo(row[n-1], place(dst, n-1))
			g.JMP(LabelRef(stored))
			g.Label(part)
			masked.storeTo(row[n-1], place(dst, n-1))
			g.Label(stored)
		})
		g.VZEROUPPER()
		g.RET()
		g.Label(next)
	}
	g.Label(none)
}
