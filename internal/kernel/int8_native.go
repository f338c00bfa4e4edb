//go:build !noasm && (amd64 || arm64)

package kernel

// native computes the product in assembly and reports whether there is any.
func (g *IntProduct) native(lo, hi int) bool {
	k2 := EvenUp(g.B.K)
	if active == Generic || k2 == 0 {
		return false
	}
	// A panel stays in the first-level cache while all rows pass over it; few rows
	// pass over many panels.
	step := 1
	if g.M <= rowBlock {
		step = max(callWork/(k2*PanelWidth), 1)
	}
	for p := lo; p < hi; p += step {
		panels := min(step, hi-p)
		b := &g.B.Data[p*PanelWidth*k2]
		for i := 0; i < g.M; i += rowBlock {
			intProduct(min(rowBlock, g.M-i), &g.C[i*g.LDC+p*PanelWidth], &g.A[i*k2], b, k2/2, 2*k2, 4*g.LDC, panels)
		}
	}
	return true
}

func unpackInt4(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	if active == Generic {
		unpackInt4Go(dst, src, scale, zero)
		return
	}
	unpackInt4Native(dst, src, scale, zero)
}
