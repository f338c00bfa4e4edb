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

// intProduct multiplies up to six rows by panels, which follow each other; lda and
// ldc are in bytes.
func intProduct(rows int, c *int32, a *int16, b *int8, pairs, lda, ldc, panels int) {
	if vnni {
		intProductVNNI(rows, c, a, b, pairs, lda, ldc, panels)
		return
	}
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
