//go:build !noasm

package kernel

//go:noescape
func intProduct1NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct2NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct3NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct4NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct5NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct6NEON(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func unpackInt4NEON(dst *float32, src *byte, rows int, scale, zero *float32)

// intProduct multiplies up to six rows by panels, which follow each other; lda and
// ldc are in bytes.
func intProduct(rows int, c *int32, a *int16, b *int8, pairs, lda, ldc, panels int) {
	switch rows {
	case 1:
		intProduct1NEON(c, a, b, pairs, lda, ldc, panels)
	case 2:
		intProduct2NEON(c, a, b, pairs, lda, ldc, panels)
	case 3:
		intProduct3NEON(c, a, b, pairs, lda, ldc, panels)
	case 4:
		intProduct4NEON(c, a, b, pairs, lda, ldc, panels)
	case 5:
		intProduct5NEON(c, a, b, pairs, lda, ldc, panels)
	case 6:
		intProduct6NEON(c, a, b, pairs, lda, ldc, panels)
	}
}

func unpackInt4Native(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	unpackInt4NEON(&dst[0], &src[0], len(src)/8, &scale[0], &zero[0])
}
