//go:build !noasm

package kernel

//go:noescape
func unpackInt4AVX2(dst *float32, src *byte, rows int, scale, zero *float32)

func unpackInt4Native(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	unpackInt4AVX2(&dst[0], &src[0], len(src)/8, &scale[0], &zero[0])
}

//go:noescape
func int4Row1AVX2(acc, x *float32, src *byte, rows, stride int, scale, zero *float32)

//go:noescape
func int4Row4AVX2(acc, x *float32, src *byte, rows, stride int, scale, zero *float32)

func int4Rows() int {
	if active < AVX2 {
		return 0
	}
	return 3
}

func addInt4Row(acc, x []float32, src []byte, stride int, scale, zero []float32) {
	switch {
	case active < AVX2:
		addInt4RowGo(acc, x, src, stride, scale, zero)
	case len(acc) == PanelWidth:
		int4Row1AVX2(&acc[0], &x[0], &src[0], len(x), stride, &scale[0], &zero[0])
	default:
		int4Row4AVX2(&acc[0], &x[0], &src[0], len(x), stride, &scale[0], &zero[0])
	}
}
