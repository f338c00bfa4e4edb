package kernel

// Copy2D copies rows runs of cols elements each. Run i starts at
// dst[i*dstStride] and src[i*srcStride].
func Copy2D(dst, src []float32, rows, cols, dstStride, srcStride int) {
	if cols == dstStride && cols == srcStride {
		copy(dst[:rows*cols], src)
		return
	}
	for i := range rows {
		copy(dst[i*dstStride:][:cols], src[i*srcStride:][:cols])
	}
}

// CopyStrided writes dst[i] = src[i*stride] for every element of dst.
func CopyStrided(dst, src []float32, stride int) {
	for i := range dst {
		dst[i] = src[i*stride]
	}
}

// GatherRows writes row index[i] of table, which has cols columns, to row i
// of dst. It reports the position of the first index outside the table, and
// -1 if there is none.
func GatherRows(dst, table []float32, index []int32, cols int) int {
	rows := 0
	if cols > 0 {
		rows = len(table) / cols
	}
	for i, r := range index {
		if r < 0 || int(r) >= rows {
			return i
		}
		copy(dst[i*cols:(i+1)*cols], table[int(r)*cols:])
	}
	return -1
}
