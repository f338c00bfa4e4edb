//go:build !noasm

package kernel

//go:noescape
func transpose8AVX2(dst, src *float32, dstStride, srcStride, n int)

//go:noescape
func transpose16AVX2(dst, src *float32, dstStride, srcStride, n int)

// transpose is Transpose of at least one row and column whose slices are long
// enough.
func transpose(dst, src []float32, rows, cols, srcStride, dstStride int) {
	if active == Generic || rows < 8 || cols < 8 {
		transposeGo(dst, src, rows, cols, srcStride, dstStride)
		return
	}
	const step = 1 << 12 // columns to a call, for preemption
	whole, i := cols&^7, 0
	for i+8 <= rows {
		band := 8
		if i+16 <= rows {
			band = 16
		}
		for j := 0; j < whole; j += step {
			d, s, n := &dst[j*dstStride+i], &src[i*srcStride+j], min(step, whole-j)/8
			if band == 16 {
				transpose16AVX2(d, s, 4*dstStride, 4*srcStride, n)
			} else {
				transpose8AVX2(d, s, 4*dstStride, 4*srcStride, n)
			}
		}
		i += band
	}
	if whole < cols {
		transposeGo(dst[whole*dstStride:], src[whole:], i, cols-whole, srcStride, dstStride)
	}
	if i < rows {
		transposeGo(dst[i:], src[i*srcStride:], rows-i, cols, srcStride, dstStride)
	}
}
