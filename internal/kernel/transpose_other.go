//go:build noasm || !amd64

package kernel

func transpose(dst, src []float32, rows, cols, srcStride, dstStride int) {
	transposeGo(dst, src, rows, cols, srcStride, dstStride)
}
