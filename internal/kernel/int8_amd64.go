//go:build !noasm

package kernel

import "unsafe"

//go:noescape
func intProduct1AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct2AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct3AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct4AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct5AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct6AVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func quantizeAVX2(dst *int16, x *float32, n int, scale float32)

//go:noescape
func rescaleAVX2(dst *float32, acc *int32, scale, bias *float32, n int, row, lo, hi float32)

// native computes the product in assembly and reports whether there is any.
func (g *IntProduct) native(lo, hi int) bool {
	k2 := EvenUp(g.B.K)
	if active < AVX2 || k2 == 0 {
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
			intProductAVX2(min(rowBlock, g.M-i), &g.C[i*g.LDC+p*PanelWidth], &g.A[i*k2], b, k2/2, 2*k2, 4*g.LDC, panels)
		}
	}
	return true
}

// intProductAVX2 multiplies up to six rows by panels, which follow each other; lda and
// ldc are in bytes.
func intProductAVX2(rows int, c *int32, a *int16, b *int8, pairs, lda, ldc, panels int) {
	switch rows {
	case 1:
		intProduct1AVX2(c, a, b, pairs, lda, ldc, panels)
	case 2:
		intProduct2AVX2(c, a, b, pairs, lda, ldc, panels)
	case 3:
		intProduct3AVX2(c, a, b, pairs, lda, ldc, panels)
	case 4:
		intProduct4AVX2(c, a, b, pairs, lda, ldc, panels)
	case 5:
		intProduct5AVX2(c, a, b, pairs, lda, ldc, panels)
	case 6:
		intProduct6AVX2(c, a, b, pairs, lda, ldc, panels)
	}
}

// quantizeNative does what it can of quantizeGo, and returns how many values that is.
func quantizeNative(dst []int16, x []float32, scale float32) (done int) {
	done = len(x) &^ 15
	if active < AVX2 || done == 0 {
		return 0
	}
	quantizeAVX2(&dst[0], &x[0], done, scale)
	return done
}

// rescaleNative does what it can of Rescale, and returns how many values that is.
func rescaleNative(dst []float32, acc []int32, scale, bias []float32, row, lo, hi float32) (done int) {
	done = len(dst) &^ 7
	if active < AVX2 || done == 0 {
		return 0
	}
	rescaleAVX2(&dst[0], &acc[0], &scale[0], unsafe.SliceData(bias), done, row, lo, hi)
	return done
}

//go:noescape
func unpackInt4AVX2(dst *float32, src *byte, rows int, scale, zero *float32)

func unpackInt4(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	if active < AVX2 {
		unpackInt4Go(dst, src, scale, zero)
		return
	}
	unpackInt4AVX2(&dst[0], &src[0], len(src)/8, &scale[0], &zero[0])
}
