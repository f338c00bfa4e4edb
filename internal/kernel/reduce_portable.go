package kernel

import "math"

// The portable sums run in float64, in index order.

func sumGo(x []float32) float32 {
	var s float64
	for _, v := range x {
		s += float64(v)
	}
	return float32(s)
}

func sumSqGo(x []float32) float32 { return dotGo(x, x) }

func dotGo(a, b []float32) float32 {
	var s float64
	for i, v := range a {
		s += float64(v) * float64(b[i])
	}
	return float32(s)
}

func maxOfGo(x []float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

func sumRowsGo(dst, x []float32, rows, cols int) {
	clear(dst)
	for i := range rows {
		addGo(dst, dst, x[i*cols:(i+1)*cols])
	}
}
