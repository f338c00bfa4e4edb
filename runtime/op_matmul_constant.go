package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// constant is the product with a matrix packed at compile time, in parts by
// rows, or by panels of columns when there are few rows.
func (p *product) constant() task {
	k := task{cost: 2 * float64(p.m) * float64(p.k) * float64(p.n), weights: 4 * float64(len(p.packed.Data))}
	if panels := p.packed.Panels(); p.m <= blockRows && panels > 1 {
		const width = 4
		k.parts = (panels + width - 1) / width
		k.run = func(f *frame, lo, hi int) {
			g := p.gemm(f)
			g.PanelLo, g.PanelHi = lo*width, min(hi*width, panels)
			p.begin(f, &g, f.f32(p.c), 0, 0)
			g.Run()
			p.apply(&g, f.f32(p.c))
		}
		return k
	}
	k.parts = (p.m + blockRows - 1) / blockRows
	k.run = func(f *frame, lo, hi int) {
		all := p.gemm(f)
		step := hi - lo
		if !p.whole() {
			step = 1 // what comes after finds the block in cache
		}
		for ; lo < hi; lo += step {
			g := all
			from, to := lo*blockRows, min((lo+step)*blockRows, p.m)
			c := f.f32(p.c)[from*p.n:]
			g.M, g.A = to-from, g.A[from*p.k:]
			p.begin(f, &g, c, from*p.n, 0)
			g.Run()
			p.apply(&g, c)
		}
	}
	return k
}

// row is the product of a single row, of which k computes parts.
func (p *product) row(k task) task {
	lo, hi := p.bounds()
	row, parts := kernel.NewRow(p.packed, lo, hi), k.run
	k.run = func(f *frame, lo, hi int) {
		if hi-lo < k.parts {
			parts(f, lo, hi)
			return
		}
		var bias []float32
		if p.finish.row != nil {
			bias = f.f32(*p.finish.row)
		}
		c := f.f32(p.c)
		row.Run(c, f.f32(p.a), bias)
		if p.act.unaryKind != nil {
			p.act.kernel(c, c, p.act.p, p.act.q)
		}
	}
	return k
}
