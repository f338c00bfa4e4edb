package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eachRow runs body for every row and moves the pointers on by cols.
func (g *vec) eachRow(rows, cols reg.GPVirtual, pointers []reg.GPVirtual, body func()) {
	loop, done := g.label("row"), g.label("end")
	g.TESTQ(rows, rows)
	g.JLE(LabelRef(done))
	g.Label(loop)
	body()
	for _, p := range pointers {
		g.LEAQ(Mem{Base: p, Index: cols, Scale: 4}, p)
	}
	g.DECQ(rows)
	g.JNZ(LabelRef(loop))
	g.Label(done)
}

// count returns n as a float32 in every lane.
func (g *vec) count(n reg.GPVirtual) value {
	x := g.XMM()
	g.VXORPS(x, x, x)
	g.VCVTSI2SSQ(n, x, x)
	return g.spread(x)
}

func emitRows(g *vec) {
	emitBroadcast(g)
	emitNorm(g)
}

// emitBroadcast writes the functions that join every row with one.
func emitBroadcast(g *vec) {
	join := func(name, doc string, op func(g *vec, a, b value) value) {
		g.function(name, "func(dst, x, row []float32, rows int)", doc, func(g *vec) {
			dst, x, row := g.slice("dst"), g.slice("x"), g.slice("row")
			cols, rows := g.length("row"), g.integer("rows")
			s := g.span(cols)
			g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
				s.each(func(e *elems) { e.store(op(g, e.load(x), e.load(row)), dst) })
			})
		})
	}
	join("addRow", "adds row to every row.", (*vec).addValue)
	join("mulRow", "multiplies every row by row.", (*vec).mulValue)
	g.function("mulAddRow", "func(dst, x, scale, shift []float32, rows int)", "writes x*scale+shift for every row.", func(g *vec) {
		dst, x, scale, shift := g.slice("dst"), g.slice("x"), g.slice("scale"), g.slice("shift")
		cols, rows := g.length("scale"), g.integer("rows")
		s := g.span(cols)
		g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
			s.each(func(e *elems) {
				v := e.load(x)
				g.VFMADD213PS(e.load(shift), e.load(scale), v)
				e.store(v, dst)
			})
		})
	})
}

func emitNorm(g *vec) {
	norm := func(name, params, doc string, out func(g *vec) func(e *elems, x value) value) {
		g.function(name, "func(dst, x"+params+" []float32, rows, cols int, eps float32)", doc, func(g *vec) {
			dst, x := g.slice("dst"), g.slice("x")
			rows, cols := g.integer("rows"), g.integer("cols")
			eps, n := g.scalar("eps"), g.count(cols)
			finish := out(g)
			s := g.span(cols)
			g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
				mean := g.div(g.spread(s.sum(func(e *elems) value { return e.load(x) })), n)
				squares := s.reduce(g.f(0), g.VADDPS, func(e *elems, acc value) {
					d := e.keep(g.sub(e.load(x), mean), g.f(0))
					e.fmaTo(acc, d, d)
				})
				scale := g.inverseRoot(squares, n, eps)
				s.each(func(e *elems) {
					e.store(finish(e, g.mul(g.sub(e.load(x), mean), scale)), dst)
				})
			})
		})
	}
	norm("normRows", "", "writes (x-mean)/sqrt(variance+eps) of each row.", func(g *vec) func(e *elems, x value) value {
		return func(e *elems, x value) value { return x }
	})
	norm("layerNormRows", ", gamma, beta", "writes (x-mean)/sqrt(variance+eps)*gamma+beta of each row.", func(g *vec) func(e *elems, x value) value {
		gamma, beta := g.slice("gamma"), g.slice("beta")
		return func(e *elems, x value) value {
			g.VFMADD213PS(e.load(beta), e.load(gamma), x)
			return x
		}
	})
	g.function("rmsNormRows", "func(dst, x []float32, rows, cols int, eps float32)", "writes x/sqrt(mean(x*x)+eps) of each row.", func(g *vec) {
		dst, x := g.slice("dst"), g.slice("x")
		rows, cols := g.integer("rows"), g.integer("cols")
		eps, n := g.scalar("eps"), g.count(cols)
		s := g.span(cols)
		g.eachRow(rows, cols, []reg.GPVirtual{dst, x}, func() {
			scale := g.inverseRoot(s.dot(x, x), n, eps)
			s.each(func(e *elems) { e.store(g.mul(e.load(x), scale), dst) })
		})
	})
}

// inverseRoot returns 1/sqrt(sum/n+eps).
func (g *vec) inverseRoot(sum reg.VecVirtual, n, eps value) value {
	mean := g.add(g.div(g.spread(sum), n), eps)
	return g.div(g.reg(g.f(1)), g.sqrt(mean))
}

// gate returns the address of gate k of a row.
func (g *vec) gate(z, units reg.GPVirtual, k int) reg.GPVirtual {
	p := g.gp()
	g.IMUL3Q(Imm(uint64(4*k)), units, p)
	g.ADDQ(z, p)
	return p
}

func emitCells(g *vec) {
	g.function("lstmCell", "func(h, c, z []float32, units int)", "advances an LSTM by a step.", func(g *vec) {
		h, c, zi := g.slice("h"), g.slice("c"), g.slice("z")
		units := g.integer("units")
		zf, zc, zo := g.gate(zi, units, 1), g.gate(zi, units, 2), g.gate(zi, units, 3)
		g.span(units).pairs(func(e *elems) {
			update := g.mul(g.sigmoid(e.load(zi)), g.tanh(e.load(zc)))
			state := g.sigmoid(e.load(zf))
			g.VFMADD213PS(update, e.load(c), state)
			e.store(state, c)
			e.store(g.mul(g.sigmoid(e.load(zo)), g.tanh(state)), h)
		})
	})
	g.function("gruCell", "func(h, xz, hz []float32, units int)", "advances a GRU by a step.", func(g *vec) {
		h, xz, hz := g.slice("h"), g.slice("xz"), g.slice("hz")
		units := g.integer("units")
		xr, xh := g.gate(xz, units, 1), g.gate(xz, units, 2)
		hr, hh := g.gate(hz, units, 1), g.gate(hz, units, 2)
		g.span(units).pairs(func(e *elems) {
			r := g.sigmoid(g.add(e.load(xr), e.load(hr)))
			g.VFMADD213PS(e.load(xh), e.load(hh), r)
			candidate := g.tanh(r)
			z := g.sigmoid(g.add(e.load(xz), e.load(hz)))
			g.VFMADD213PS(candidate, g.sub(e.load(h), candidate), z)
			e.store(z, h)
		})
	})
}

// emitCellGradients writes the derivatives of the cells.
func emitCellGradients(g *vec) {
	g.function("lstmCellGrad", "func(z, dc, dh, before, after []float32, units int)", "derives a step of an LSTM.", func(g *vec) {
		zi, dc, dh, before, after := g.slice("z"), g.slice("dc"), g.slice("dh"), g.slice("before"), g.slice("after")
		units := g.integer("units")
		zf, zc, zo := g.gate(zi, units, 1), g.gate(zi, units, 2), g.gate(zi, units, 3)
		g.span(units).each(func(e *elems) {
			tanh := g.tanh(e.load(after))
			d, out := e.load(dh), e.load(zo)
			e.store(g.sigmoidGrad(out, g.mul(d, tanh)), zo)
			state := g.add(e.load(dc), g.tanhGrad(tanh, g.mul(d, out)))
			in, candidate := e.load(zi), e.load(zc)
			e.store(g.sigmoidGrad(in, g.mul(state, candidate)), zi)
			e.store(g.tanhGrad(candidate, g.mul(state, in)), zc)
			forget := e.load(zf)
			e.store(g.sigmoidGrad(forget, g.mul(state, e.load(before))), zf)
			e.store(g.mul(state, forget), dc)
		})
	})
	g.function("gruCellGrad", "func(x, dz, dh, q, before []float32, units int)", "derives a step of a GRU.", func(g *vec) {
		xz, dz, dh, q, before := g.slice("x"), g.slice("dz"), g.slice("dh"), g.slice("q"), g.slice("before")
		units := g.integer("units")
		xr, xh := g.gate(xz, units, 1), g.gate(xz, units, 2)
		dr, dq := g.gate(dz, units, 1), g.gate(dz, units, 2)
		g.span(units).each(func(e *elems) {
			d, update, candidate := e.load(dh), e.load(xz), e.load(xh)
			kept := g.mul(d, update)
			e.store(kept, dh)
			first := g.sigmoidGrad(update, g.mul(g.sub(e.load(before), candidate), d))
			e.store(first, xz)
			e.store(first, dz)
			third := g.tanhGrad(candidate, g.sub(d, kept))
			e.store(third, xh)
			reset := e.load(xr)
			e.store(g.mul(third, reset), dq)
			second := g.sigmoidGrad(reset, g.mul(third, e.load(q)))
			e.store(second, xr)
			e.store(second, dr)
		})
	})
}
