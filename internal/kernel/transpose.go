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

// transposeGo goes in bands of four source rows, whose elements lie side by
// side in dst.
func transposeGo(dst, src []float32, rows, cols, srcStride, dstStride int) {
	i := 0
	for ; i+4 <= rows; i += 4 {
		s0 := src[i*srcStride:][:cols]
		s1 := src[(i+1)*srcStride:][:cols]
		s2 := src[(i+2)*srcStride:][:cols]
		s3 := src[(i+3)*srcStride:][:cols]
		for j := range cols {
			d := (*[4]float32)(dst[j*dstStride+i:])
			d[0], d[1], d[2], d[3] = s0[j], s1[j], s2[j], s3[j]
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*srcStride:][:cols] {
			dst[j*dstStride+i] = v
		}
	}
}
