package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// where returns the place of a parameter on the stack, for those that are used
// too seldom to hold a register.
func (g *vec) where(name string) Mem {
	p, err := g.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// pointer returns the pointer parameter, moved to channel e.i.
func (e *elems) pointer(name string) reg.GPVirtual {
	p := e.gp()
	e.MOVQ(e.where(name), p)
	e.LEAQ(e.at(p), p)
	return p
}

// columns walks memory in steps of the channel count: at gives the operand of
// the next pixel.
type columns struct {
	g           *vec
	p           reg.GPVirtual
	step, three reg.GPVirtual // bytes of one and of three pixels
	n           int
}

func (c *columns) next() Mem {
	k := c.n % 4
	if k == 0 && c.n > 0 {
		c.g.LEAQ(Mem{Base: c.p, Index: c.step, Scale: 4}, c.p)
	}
	c.n++
	switch k {
	case 1, 2:
		return Mem{Base: c.p, Index: c.step, Scale: uint8(k)}
	case 3:
		return Mem{Base: c.p, Index: c.three, Scale: 1}
	}
	return Mem{Base: c.p}
}

func emitDepthwise(g *vec) {
	for _, size := range []int{3, 5, 7} {
		for _, stride := range []int{1, 2} {
			emitDepthwiseRow(g, size, stride)
		}
	}
	emitDepthwisePatch(g)
}

// emitDepthwiseRow writes the kernel for n neighbouring pixels of an output
// row whose windows lie inside the image's columns. rows is the number of
// window rows inside the image, src and kernel point to the first of them. A
// tile of pixels stays in registers, so that every input is loaded once per
// window row and every weight once per tile.
func emitDepthwiseRow(g *vec, size, stride int) {
	tiles := []int{8, 4, 2, 1}
	if !g.wide && size == 7 {
		tiles = tiles[1:]
	}
	name := fmt.Sprintf("depthwise%ds%d", size, stride)
	g.function(name, "func(dst, src, kernel, bias *float32, n, rows, c, pitch int, lo, hi float32)",
		fmt.Sprintf("computes n pixels of a %d×%d depthwise convolution of stride %d.", size, size, stride), func(g *vec) {
			s := g.span(g.integer("c"))
			step, three := g.gp(), g.gp() // in bytes
			g.MOVQ(s.n, step)
			g.SHLQ(Imm(2), step)
			g.LEAQ(Mem{Base: step, Index: step, Scale: 2}, three)
			s.each(func(e *elems) {
				dst, src, left := e.pointer("dst"), e.pointer("src"), g.gp()
				g.MOVQ(g.where("n"), left)
				for i, tile := range tiles {
					start, next := g.label("tile"), g.label("next")
					g.Label(start)
					g.CMPQ(left, Imm(uint64(tile)))
					g.JLT(LabelRef(next))
					e.depthwiseTile(dst, src, step, three, size, stride, tile)
					g.SUBQ(Imm(uint64(tile)), left)
					if i == 0 {
						g.JMP(LabelRef(start))
					}
					g.Label(next)
				}
			})
		})
}

// depthwiseTile computes tile pixels and moves dst and src past them.
func (e *elems) depthwiseTile(dst, src, step, three reg.GPVirtual, size, stride, tile int) {
	g := e.vec
	acc := e.biased(tile)
	row, kernel, rows := g.gp(), e.pointer("kernel"), g.gp()
	g.MOVQ(src, row)
	g.MOVQ(g.where("rows"), rows)
	loop := g.label("windowrow")
	g.Label(loop)
	weights := make([]value, size)
	at := &columns{g: g, p: kernel, step: step, three: three}
	for k := range weights {
		weights[k] = e.loadFrom(at.next())
	}
	g.advance(kernel, step, three, (size-1)/4*4, size) // next row of the kernel
	p := g.gp()
	g.MOVQ(row, p)
	in := &columns{g: g, p: p, step: step, three: three}
	for j := range (tile-1)*stride + size {
		x := e.loadFrom(in.next())
		for t := range acc {
			if k := j - t*stride; k >= 0 && k < size {
				g.VFMADD231PS(weights[k], x, acc[t])
			}
		}
	}
	g.ADDQ(g.where("pitch"), row)
	g.DECQ(rows)
	g.JNZ(LabelRef(loop))

	e.clampAll(acc)
	out := &columns{g: g, p: dst, step: step, three: three}
	for t := range acc {
		e.storeTo(acc[t], out.next())
	}
	g.advance(dst, step, three, (tile-1)/4*4, tile)
	g.advance(src, step, three, 0, tile*stride)
}

// advance moves p from pixel `from` to pixel `to`.
func (g *vec) advance(p, step, three reg.GPVirtual, from, to int) {
	for d := to - from; d > 0; {
		switch {
		case d >= 8:
			g.LEAQ(Mem{Base: p, Index: step, Scale: 8}, p)
			d -= 8
		case d >= 4:
			g.LEAQ(Mem{Base: p, Index: step, Scale: 4}, p)
			d -= 4
		case d == 3:
			g.ADDQ(three, p)
			d -= 3
		default:
			g.LEAQ(Mem{Base: p, Index: step, Scale: uint8(d)}, p)
			d = 0
		}
	}
}

// biased returns n accumulators that start as the bias, or 0 when it is nil.
func (e *elems) biased(n int) []value {
	g := e.vec
	acc := make([]value, n)
	b, zero := g.gp(), g.label("zero")
	for i := range acc {
		acc[i] = g.v()
	}
	g.MOVQ(g.where("bias"), b)
	g.VXORPS(acc[0], acc[0], acc[0])
	g.TESTQ(b, b)
	g.JZ(LabelRef(zero))
	first := e.loadFrom(e.at(b))
	g.VMOVUPS(first, acc[0])
	g.Label(zero)
	for _, a := range acc[1:] {
		g.VMOVUPS(acc[0], a)
	}
	return acc
}

// clampAll bounds the accumulators by the parameters lo and hi.
func (e *elems) clampAll(acc []value) {
	lo := e.scalar("lo")
	for _, a := range acc {
		e.VMAXPS(a, lo, a)
	}
	hi := e.scalar("hi")
	for _, a := range acc {
		e.VMINPS(a, hi, a)
	}
}

// emitDepthwisePatch writes one output pixel from rows by cols window pixels,
// for the borders of the image and for other window sizes.
func emitDepthwisePatch(g *vec) {
	g.function("depthwisePatch", "func(dst, src, kernel, bias *float32, rows, cols, c, pitch, kernelPitch int, lo, hi float32)",
		"computes one pixel from a window of rows by cols pixels.", func(g *vec) {
			s, step := g.span(g.integer("c")), g.gp()
			g.MOVQ(s.n, step)
			g.SHLQ(Imm(2), step)
			s.each(func(e *elems) {
				acc := e.biased(1)
				src, kernel, rows := e.pointer("src"), e.pointer("kernel"), g.gp()
				rowLoop, colLoop, done := g.label("windowrow"), g.label("windowcol"), g.label("summed")
				g.MOVQ(g.where("rows"), rows)
				g.TESTQ(rows, rows)
				g.JLE(LabelRef(done))
				g.Label(rowLoop)
				p, k, cols := g.gp(), g.gp(), g.gp()
				g.MOVQ(src, p)
				g.MOVQ(kernel, k)
				g.MOVQ(g.where("cols"), cols)
				g.Label(colLoop)
				g.VFMADD231PS(e.loadFrom(Mem{Base: k}), e.loadFrom(Mem{Base: p}), acc[0])
				g.ADDQ(step, p)
				g.ADDQ(step, k)
				g.DECQ(cols)
				g.JNZ(LabelRef(colLoop))
				g.ADDQ(g.where("pitch"), src)
				g.ADDQ(g.where("kernelPitch"), kernel)
				g.DECQ(rows)
				g.JNZ(LabelRef(rowLoop))
				g.Label(done)
				e.clampAll(acc)
				e.storeTo(acc[0], e.at(e.base("dst")))
			})
		})
}

// base returns a pointer parameter.
func (g *vec) base(name string) reg.GPVirtual {
	p := g.gp()
	g.MOVQ(g.where(name), p)
	return p
}
