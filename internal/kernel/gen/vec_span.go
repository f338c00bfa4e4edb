package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// span is a run of n elements, walked a register at a time. What remains at
// the end takes the same instructions under a mask, so that an element's
// answer does not depend on where it stands.
type span struct {
	g       *vec
	n, bulk reg.GPVirtual // elements; those in whole registers
	mask    reg.Register  // wide: a mask register; else the address of the mask
}

func (g *vec) span(n reg.GPVirtual) *span {
	s := &span{g: g, n: n, bulk: g.gp()}
	g.MOVQ(n, s.bulk)
	g.ANDQ(I32(-g.lanes()), s.bulk)
	rest := g.gp()
	g.MOVQ(n, rest)
	g.SUBQ(s.bulk, rest)
	s.mask = g.lanemask(rest)
	return s
}

// lanemask returns the mask of the first n lanes, n at most a register's.
func (g *vec) lanemask(n reg.GPVirtual) reg.Register {
	if g.wide {
		ones, k := g.GP32(), g.K()
		g.MOVL(U32(0xffff), ones)
		g.BZHIL(n.As32(), ones, ones)
		g.KMOVW(ones, k)
		return k
	}
	back, p := g.gp(), g.gp()
	g.LEAQ(g.maskTable(), p)
	g.MOVQ(n, back)
	g.SHLQ(Imm(2), back)
	g.SUBQ(back, p)
	return p
}

// maskTable returns the address from which n elements back the mask of n lanes
// is read.
func (g *vec) maskTable() Mem {
	const key = 1<<63 + 1
	m, ok := g.consts[key]
	if !ok {
		m = g.StaticGlobal("lanemask")
		g.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 8 {
			g.AddDatum(i*4, U32(0xffffffff))
		}
		for i := range 8 {
			g.AddDatum(32+i*4, U32(0))
		}
		g.consts[key] = m
	}
	return m.Offset(32)
}

// each runs body for every register of the span.
func (s *span) each(body func(e *elems)) { s.rest(s.begin(), body) }

// begin returns the first place of the span.
func (s *span) begin() *elems {
	e := &elems{vec: s.g, i: s.g.gp()}
	s.g.XORQ(e.i, e.i)
	return e
}

// rest runs body for every register from e on.
func (s *span) rest(e *elems, body func(e *elems)) {
	g := s.g
	loop, tail, done := g.label("loop"), g.label("tail"), g.label("done")
	g.CMPQ(e.i, s.bulk)
	g.JGE(LabelRef(tail))
	g.Label(loop)
	body(e)
	g.ADDQ(Imm(uint64(g.lanes())), e.i)
	g.CMPQ(e.i, s.bulk)
	g.JLT(LabelRef(loop))
	g.Label(tail)
	g.CMPQ(s.bulk, s.n)
	g.JEQ(LabelRef(done))
	body(s.masked(e))
	g.Label(done)
}

// masked returns e limited to the lanes that remain.
func (s *span) masked(e *elems) *elems {
	m := &elems{vec: s.g, i: e.i, mask: s.mask}
	if !s.g.wide {
		y := s.g.YMM()
		s.g.VMOVUPS(Mem{Base: s.mask}, y)
		m.mask = y
	}
	return m
}

// elems is the place of a body in a span.
type elems struct {
	*vec
	i    reg.GPVirtual
	skip int          // elements to add to i
	mask reg.Register // nil where all lanes count
}

func (e *elems) at(p reg.GPVirtual) Mem {
	return Mem{Base: p, Index: e.i, Scale: 4, Disp: e.skip * 4}
}

// load reads from the array at p; lanes that do not count are 0.
func (e *elems) load(p reg.GPVirtual) value { return e.loadFrom(e.at(p)) }

func (e *elems) loadFrom(m Mem) value {
	d := e.v()
	switch {
	case e.mask == nil:
		e.VMOVUPS(m, d)
	case e.wide:
		e.VMOVUPS_Z(m, e.mask, d)
	default:
		e.VMASKMOVPS(m, e.mask, d)
	}
	return d
}

// store writes the lanes that count to the array at p.
func (e *elems) store(x value, p reg.GPVirtual) { e.storeTo(x, e.at(p)) }

func (e *elems) storeTo(x value, m Mem) {
	switch {
	case e.mask == nil:
		e.VMOVUPS(x, m)
	case e.wide:
		e.VMOVUPS(x, e.mask, m)
	default:
		e.VMASKMOVPS(x, e.mask, m)
	}
}

// keep returns x where lanes count and other elsewhere.
func (e *elems) keep(x value, other Op) value {
	if e.mask == nil {
		return x
	}
	d := e.v()
	if e.wide {
		e.VBLENDMPS(x, e.reg(other), e.mask, d)
	} else {
		e.VBLENDVPS(e.mask, x, e.reg(other), d)
	}
	return d
}
