package main

import "github.com/mmcloughlin/avo/reg"

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
