package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sumLanes is the number of partial results of a reduction, element i going to
// partial i%sumLanes, for both widths: so both give the same bits.
const sumLanes = 32

// reduce joins the elements of the span. body takes the elements at e into
// acc, which starts as start; op joins two partial results. The answer is the
// lowest lane. Masked loads give zeros: where those would count, body must
// keep them out.
func (s *span) reduce(start Op, op instruction, body func(e *elems, acc value)) reg.VecVirtual {
	g, width := s.g, s.g.lanes()
	acc := make([]value, sumLanes/width)
	for u := range acc {
		acc[u] = g.copy(start)
	}
	e := &elems{vec: g, i: g.gp()}
	loop, rest, done := g.label("reduce"), g.label("rest"), g.label("reduced")
	whole := g.gp()
	g.MOVQ(s.n, whole)
	g.ANDQ(I32(-sumLanes), whole)
	g.XORQ(e.i, e.i)
	g.CMPQ(e.i, whole)
	g.JGE(LabelRef(rest))
	g.Label(loop)
	for u := range acc {
		e.skip = u * width
		body(e, acc[u])
	}
	e.skip = 0
	g.ADDQ(Imm(sumLanes), e.i)
	g.CMPQ(e.i, whole)
	g.JLT(LabelRef(loop))
	g.Label(rest)
	tails := make([]string, len(acc))
	for u := range acc {
		tails[u] = g.label("tail")
		if u == len(acc)-1 {
			break // here less than a register remains
		}
		g.CMPQ(e.i, s.bulk)
		g.JGE(LabelRef(tails[u]))
		body(e, acc[u])
		g.ADDQ(Imm(uint64(width)), e.i)
	}
	for u := len(acc) - 1; u >= 0; u-- {
		g.Label(tails[u])
		g.CMPQ(s.bulk, s.n)
		g.JEQ(LabelRef(done))
		body(s.masked(e), acc[u])
		if u > 0 {
			g.JMP(LabelRef(done))
		}
	}
	g.Label(done)
	for n := len(acc) / 2; n > 0; n /= 2 {
		for u := range n {
			op(acc[u+n], acc[u], acc[u])
		}
	}
	return g.fold(acc[0], op)
}

func (s *span) sum(term func(e *elems) value) reg.VecVirtual {
	return s.reduce(s.g.f(0), s.g.VADDPS, func(e *elems, acc value) {
		e.VADDPS(term(e), acc, acc)
	})
}

func (s *span) dot(a, b reg.GPVirtual) reg.VecVirtual {
	return s.reduce(s.g.f(0), s.g.VADDPS, func(e *elems, acc value) {
		e.fmaTo(acc, e.load(a), e.load(b))
	})
}

// max returns the largest of the elements at p; NaN may be passed over.
func (s *span) max(p reg.GPVirtual) reg.VecVirtual {
	return s.reduce(s.g.f(math.Inf(-1)), s.g.VMAXPS, func(e *elems, acc value) {
		e.VMAXPS(e.keep(e.load(p), e.f(math.Inf(-1))), acc, acc)
	})
}

func emitReduce(g *vec) {
	result := func(g *vec, x reg.VecVirtual) {
		p, err := g.ReturnIndex(0).Resolve()
		if err != nil {
			panic(err)
		}
		g.VMOVSS(x, p.Addr)
	}
	g.function("sum", "func(x []float32) float32", "returns the sum of x.", func(g *vec) {
		x := g.slice("x")
		result(g, g.span(g.length("x")).sum(func(e *elems) value { return e.load(x) }))
	})
	g.function("dot", "func(a, b []float32) float32", "returns the sum of a[i]*b[i].", func(g *vec) {
		a, b := g.slice("a"), g.slice("b")
		result(g, g.span(g.length("a")).dot(a, b))
	})
	g.function("maxOf", "func(x []float32) (most float32, magnitude int32)",
		"returns the largest element but for NaN, and the largest bit pattern without sign.", func(g *vec) {
			x := g.slice("x")
			s := g.span(g.length("x"))
			result(g, s.max(x))
			m := s.reduce(g.bits(0), g.VPMAXSD, func(e *elems, acc value) {
				e.VPMAXSD(e.abs(e.load(x)), acc, acc)
			})
			r := g.GP32()
			g.VMOVD(m, r)
			g.Store(r, g.Return("magnitude"))
		})
	g.function("sumRows", "func(dst, x []float32, rows, cols int)", "writes the column sums, rows in order.", emitSumRows)
}

func emitSumRows(g *vec) {
	const blocks = 4
	dst, x := g.slice("dst"), g.slice("x")
	rows, cols := g.integer("rows"), g.integer("cols")
	stride := g.gp()
	g.MOVQ(cols, stride)
	g.SHLQ(Imm(2), stride)

	column := func(n int, e *elems) {
		acc := make([]value, n)
		for u := range acc {
			acc[u] = g.copy(g.f(0))
		}
		p, left := g.gp(), g.gp()
		g.LEAQ(Mem{Base: x, Index: e.i, Scale: 4}, p)
		g.MOVQ(rows, left)
		loop, done := g.label("row"), g.label("column")
		g.TESTQ(left, left)
		g.JLE(LabelRef(done))
		g.Label(loop)
		for u := range acc {
			g.VADDPS(e.loadFrom(Mem{Base: p, Disp: u * g.lanes() * 4}), acc[u], acc[u])
		}
		g.ADDQ(stride, p)
		g.DECQ(left)
		g.JNZ(LabelRef(loop))
		g.Label(done)
		for u := range acc {
			at := *e
			at.skip = u * g.lanes()
			at.store(acc[u], dst)
		}
	}
	// Blocks of columns first, what remains by the register.
	i, last := g.gp(), g.gp()
	g.XORQ(i, i)
	loop, rest := g.label("block"), g.label("rest")
	g.Label(loop)
	g.LEAQ(Mem{Base: i, Disp: blocks * g.lanes()}, last)
	g.CMPQ(last, cols)
	g.JGT(LabelRef(rest))
	column(blocks, &elems{vec: g, i: i})
	g.MOVQ(last, i)
	g.JMP(LabelRef(loop))
	g.Label(rest)
	g.LEAQ(Mem{Base: dst, Index: i, Scale: 4}, dst)
	g.LEAQ(Mem{Base: x, Index: i, Scale: 4}, x)
	n := g.gp()
	g.MOVQ(cols, n)
	g.SUBQ(i, n)
	g.span(n).each(func(e *elems) { column(1, e) })
}
