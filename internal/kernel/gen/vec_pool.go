package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eachPixel runs body for every output pixel: dst moves on by c values, the
// table of offsets by taps.
func (g *vec) eachPixel(body func(dst, offsets reg.GPVirtual)) {
	dst, offsets, left := g.base("dst"), g.base("offsets"), g.integer("pixels")
	loop, done := g.label("pixel"), g.label("pixels")
	g.TESTQ(left, left)
	g.JLE(LabelRef(done))
	g.Label(loop)
	body(dst, offsets)
	n := g.integer("c")
	g.LEAQ(Mem{Base: dst, Index: n, Scale: 4}, dst)
	n = g.integer("taps")
	g.LEAQ(Mem{Base: offsets, Index: n, Scale: 4}, offsets)
	g.DECQ(left)
	g.JNZ(LabelRef(loop))
	g.Label(done)
}

// eachTap runs body for every tap of a pixel, with the address of the pixel it
// reads, and outside for those beyond the image.
func (e *elems) eachTap(offsets reg.GPVirtual, body func(src Mem), outside func()) {
	g := e.vec
	p, left, off := g.gp(), g.integer("taps"), g.gp()
	loop, skip, next, done := g.label("tap"), g.label("outside"), g.label("next"), g.label("taps")
	g.MOVQ(offsets, p)
	g.TESTQ(left, left)
	g.JLE(LabelRef(done))
	g.Label(loop)
	g.MOVLQSX(Mem{Base: p}, off)
	g.TESTQ(off, off)
	g.JS(LabelRef(skip))
	g.ADDQ(e.i, off)
	src := g.base("src")
	body(Mem{Base: src, Index: off, Scale: 4})
	g.JMP(LabelRef(next))
	g.Label(skip)
	outside()
	g.Label(next)
	g.ADDQ(Imm(4), p)
	g.DECQ(left)
	g.JNZ(LabelRef(loop))
	g.Label(done)
}

func emitPool(g *vec) {
	const params = "func(dst, src *float32, offsets *int32, taps, c, pixels int)"
	g.function("maxPool", params, "writes the largest value of each window.", func(g *vec) {
		s := g.span(g.integer("c"))
		g.eachPixel(func(dst, offsets reg.GPVirtual) {
			s.each(func(e *elems) {
				acc := g.copy(g.f(-math.MaxFloat32))
				e.eachTap(offsets, func(src Mem) {
					g.VMAXPS(acc, e.loadFrom(src), acc) // acc where src is NaN
				}, func() {})
				e.store(acc, dst)
			})
		})
	})
	g.function("avgPool", params, "writes the mean of each window.", func(g *vec) {
		s := g.span(g.integer("c"))
		g.eachPixel(func(dst, offsets reg.GPVirtual) {
			s.each(func(e *elems) {
				acc, count := g.copy(g.f(0)), g.gp()
				g.XORQ(count, count)
				e.eachTap(offsets, func(src Mem) {
					g.VADDPS(e.loadFrom(src), acc, acc)
					g.INCQ(count)
				}, func() {})
				e.store(g.div(acc, g.atLeast(g.count(count), g.f(1))), dst)
			})
		})
	})
	g.function("depthwisePixels", "func(dst, src, kernel, bias, zeros *float32, offsets *int32, taps, c, pixels int, lo, hi float32)",
		"computes a depthwise convolution by a table of offsets.", func(g *vec) {
			s := g.span(g.integer("c"))
			g.eachPixel(func(dst, offsets reg.GPVirtual) {
				s.each(func(e *elems) {
					acc := e.biased(1)
					kernel := e.pointer("kernel")
					next := func() {
						n := g.integer("c")
						g.LEAQ(Mem{Base: kernel, Index: n, Scale: 4}, kernel)
					}
					e.eachTap(offsets, func(src Mem) {
						g.VFMADD231PS(e.loadFrom(Mem{Base: kernel}), e.loadFrom(src), acc[0])
						next()
					}, func() {
						g.VFMADD231PS(e.loadFrom(Mem{Base: kernel}), e.loadFrom(e.at(g.base("zeros"))), acc[0])
						next()
					})
					e.clampAll(acc)
					e.store(acc[0], dst)
				})
			})
		})
}
