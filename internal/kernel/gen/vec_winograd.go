package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitWinograd writes the transformations of Winograd's F(2×2, 3×3); the sums
// are in the order of the Go forms. Pitches and strides are in bytes.
func emitWinograd(g *vec) {
	g.function("winogradInput", "func(dst, src *float32, tiles, c, pitch, plane int)",
		"writes the 16 planes of neighbouring tiles.", func(g *vec) {
			s, step, step3 := g.pixelSpan()
			plane, plane3 := g.triple("plane")
			g.eachTile(step, "src", "dst", func(src, dst reg.GPVirtual) {
				s.each(func(e *elems) {
					q := e.addr(dst)
					for i, r := range []struct {
						a, b int
						op   instruction
					}{{0, 2, g.VSUBPS}, {1, 2, g.VADDPS}, {2, 1, g.VSUBPS}, {1, 3, g.VSUBPS}} {
						pa, pb := e.row(src, r.a), e.row(src, r.b)
						var t [4]value
						for j := range t {
							t[j] = g.bin(r.op, e.loadFrom(column(pa, step, step3, j)), e.loadFrom(column(pb, step, step3, j)))
						}
						for j, v := range []value{g.sub(t[0], t[2]), g.add(t[1], t[2]), g.sub(t[2], t[1]), g.sub(t[1], t[3])} {
							e.storeTo(v, column(q, plane, plane3, j))
						}
						if i < 3 {
							g.LEAQ(Mem{Base: q, Index: plane, Scale: 4}, q)
						}
					}
				})
			})
		})
	g.function("winogradOutput", "func(dst, src, bias *float32, tiles, c, pitch, plane int, lo, hi float32)",
		"writes the outputs of neighbouring tiles.", func(g *vec) {
			s, step, _ := g.pixelSpan()
			plane, plane3 := g.triple("plane")
			g.eachTile(step, "dst", "src", func(dst, src reg.GPVirtual) {
				s.each(func(e *elems) {
					q := e.addr(src)
					var sums [2][4]value
					for i := range 4 {
						for j := range 4 {
							m := e.loadFrom(column(q, plane, plane3, j))
							switch i {
							case 0:
								sums[0][j] = m
							case 1:
								sums[0][j], sums[1][j] = g.add(sums[0][j], m), m
							case 2:
								sums[0][j], sums[1][j] = g.add(sums[0][j], m), g.sub(sums[1][j], m)
							case 3:
								sums[1][j] = g.sub(sums[1][j], m)
							}
						}
						if i < 3 {
							g.LEAQ(Mem{Base: q, Index: plane, Scale: 4}, q)
						}
					}
					bias := e.biased(1)[0]
					for i, r := range sums {
						y := []value{g.add(g.add(g.add(r[0], r[1]), r[2]), bias), g.add(g.sub(g.sub(r[1], r[2]), r[3]), bias)}
						e.clampAll(y)
						p := e.row(dst, i)
						e.storeTo(y[0], Mem{Base: p})
						e.storeTo(y[1], Mem{Base: p, Index: step, Scale: 1})
					}
				})
			})
		})
}

// pixelSpan is the span of a pixel's c channels, with the bytes of one and of
// three pixels.
func (g *vec) pixelSpan() (s *span, step, step3 reg.GPVirtual) {
	s = g.span(g.integer("c"))
	step, step3 = g.gp(), g.gp()
	g.MOVQ(s.n, step)
	g.SHLQ(Imm(2), step)
	g.LEAQ(Mem{Base: step, Index: step, Scale: 2}, step3)
	return s, step, step3
}

// triple returns an int parameter and three times it.
func (g *vec) triple(name string) (one, three reg.GPVirtual) {
	one, three = g.integer(name), g.gp()
	g.LEAQ(Mem{Base: one, Index: one, Scale: 2}, three)
	return one, three
}

// eachTile runs body for every tile: its pixels are two columns apart, its
// planes one.
func (g *vec) eachTile(step reg.GPVirtual, pixels, planes string, body func(pixels, planes reg.GPVirtual)) {
	p, q, left := g.base(pixels), g.base(planes), g.integer("tiles")
	loop := g.label("tile")
	g.Label(loop)
	body(p, q)
	g.LEAQ(Mem{Base: p, Index: step, Scale: 2}, p)
	g.ADDQ(step, q)
	g.DECQ(left)
	g.JNZ(LabelRef(loop))
}

// addr returns p moved to the elements of e.
func (e *elems) addr(p reg.GPVirtual) reg.GPVirtual {
	q := e.gp()
	e.LEAQ(e.at(p), q)
	return q
}

// row returns the address of row i of the tile at p.
func (e *elems) row(p reg.GPVirtual, i int) reg.GPVirtual {
	q := e.addr(p)
	for range i {
		e.ADDQ(e.where("pitch"), q)
	}
	return q
}

// column is the operand j steps behind p, j at most 3.
func column(p, step, three reg.GPVirtual, j int) Mem {
	switch j {
	case 1, 2:
		return Mem{Base: p, Index: step, Scale: uint8(j)}
	case 3:
		return Mem{Base: p, Index: three, Scale: 1}
	}
	return Mem{Base: p}
}
