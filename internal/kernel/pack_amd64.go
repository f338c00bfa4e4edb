//go:build !noasm

package kernel

//go:noescape
func packPanelAVX2(dst, src *float32, srcStride, n int)

// packWhole is packPanel of a whole panel of a row-major matrix, whose slices are long
// enough.
func packWhole(dst, b []float32, k, rowStride int) {
	if active == Generic || k < 4 {
		packWholeGo(dst, b, k, rowStride)
		return
	}
	const step = 1 << 12 // rows to a call, for preemption
	whole := k &^ 3
	for i := 0; i < whole; i += step {
		packPanelAVX2(&dst[i*PanelWidth], &b[i*rowStride], 4*rowStride, min(step, whole-i)/4)
	}
	if whole < k {
		packWholeGo(dst[whole*PanelWidth:], b[whole*rowStride:], k-whole, rowStride)
	}
}
