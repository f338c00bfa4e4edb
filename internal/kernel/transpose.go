package kernel

// Transpose writes the transpose of a rows×cols matrix:
// dst[j*dstStride + i] = src[i*srcStride + j].
func Transpose(dst, src []float32, rows, cols, srcStride, dstStride int) {
	if rows == 0 || cols == 0 {
		return
	}
	checkStrided("Transpose: src", len(src), rows, cols, srcStride, 1)
	checkStrided("Transpose: dst", len(dst), cols, rows, dstStride, 1)
	transpose(dst, src, rows, cols, srcStride, dstStride)
}

// transposeGo goes in bands of 16 source rows, so that the lines of dst being
// written stay in the first-level cache while the band is read.
func transposeGo(dst, src []float32, rows, cols, srcStride, dstStride int) {
	const band = 16
	for i := 0; i < rows; i += band {
		h := min(band, rows-i)
		for j := range cols {
			d := dst[j*dstStride+i:][:h]
			s := src[i*srcStride+j:]
			for k := range d {
				d[k] = s[k*srcStride]
			}
		}
	}
}
