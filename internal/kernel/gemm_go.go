package kernel

// portable is the product in pure Go.
func (g *Gemm) portable(lo, hi int) {
	for i := range g.M {
		var a []float32
		if g.B.K > 0 {
			a = g.A[i*g.LDA:][:g.B.K]
		}
		for p := lo; p < hi; p++ {
			var acc [PanelWidth]float32
			c := g.start(&acc, i, p)
			mulPanel(&acc, a, g.B.Data[p*PanelWidth*g.B.K:], len(c))
			g.finish(c, &acc)
		}
	}
}

// portable is the product in pure Go.
func (g *Indirect) portable(lo, hi int) {
	for i := range g.M {
		offsets := g.Offsets[i/rowBlock*g.Segs*rowBlock+i%rowBlock:]
		for p := lo; p < hi; p++ {
			var acc [PanelWidth]float32
			c := g.start(&acc, i, p)
			panel := g.B.Data[p*PanelWidth*g.B.K:]
			for s := range g.Segs {
				a := g.Zeros
				if off := offsets[s*rowBlock]; off >= 0 {
					a = g.A[off:]
				}
				mulPanel(&acc, a[:g.SegK], panel[s*g.SegK*PanelWidth:], len(c))
			}
			g.finish(c, &acc)
		}
	}
}

// start sets acc to the initial sums of row i and panel p, and returns the part
// of C they go to.
func (g *Gemm) start(acc *[PanelWidth]float32, i, p int) []float32 {
	j := p * PanelWidth
	c := g.C[i*g.LDC+j:][:min(PanelWidth, g.B.N-j)]
	if g.Accumulate {
		copy(acc[:], c)
	} else if g.Bias != nil {
		copy(acc[:], g.Bias[j:][:len(c)])
	}
	return c
}

// finish writes the bounded sums to c.
func (g *Gemm) finish(c []float32, acc *[PanelWidth]float32) {
	for l := range c {
		v := acc[l]
		if v < g.Min {
			v = g.Min
		}
		if v > g.Max {
			v = g.Max
		}
		c[l] = v
	}
}

// mulPanel adds a·b to acc, where b is a panel of which width columns count.
func mulPanel(acc *[PanelWidth]float32, a, b []float32, width int) {
	if len(a) == 0 {
		return
	}
	mulPanelHalf((*[8]float32)(acc[:8]), a, b)
	if width > 8 {
		mulPanelHalf((*[8]float32)(acc[8:]), a, b[8:])
	}
}

// mulPanelHalf adds a·b to acc, where b is eight columns of a panel.
func mulPanelHalf(acc *[8]float32, a, b []float32) {
	c0, c1, c2, c3, c4, c5, c6, c7 := acc[0], acc[1], acc[2], acc[3], acc[4], acc[5], acc[6], acc[7]
	for k, x := range a {
		r := b[k*PanelWidth:][:8]
		c0 += x * r[0]
		c1 += x * r[1]
		c2 += x * r[2]
		c3 += x * r[3]
		c4 += x * r[4]
		c5 += x * r[5]
		c6 += x * r[6]
		c7 += x * r[7]
	}
	*acc = [8]float32{c0, c1, c2, c3, c4, c5, c6, c7}
}
