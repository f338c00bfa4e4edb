//go:build !noasm

package kernel

//go:noescape
func intProduct1VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct2VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct3VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct4VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct5VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

//go:noescape
func intProduct6VNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)

// intProductVNNI is intProduct with AVX-512 VNNI.
func intProductVNNI(rows int, c *int32, a *int16, b *int8, pairs, lda, ldc, panels int) {
	switch rows {
	case 1:
		intProduct1VNNI(c, a, b, pairs, lda, ldc, panels)
	case 2:
		intProduct2VNNI(c, a, b, pairs, lda, ldc, panels)
	case 3:
		intProduct3VNNI(c, a, b, pairs, lda, ldc, panels)
	case 4:
		intProduct4VNNI(c, a, b, pairs, lda, ldc, panels)
	case 5:
		intProduct5VNNI(c, a, b, pairs, lda, ldc, panels)
	case 6:
		intProduct6VNNI(c, a, b, pairs, lda, ldc, panels)
	}
}
