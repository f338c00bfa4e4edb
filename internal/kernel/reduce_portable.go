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

func dotGo(a, b []float32) float32 {
	var s float64
	for i, v := range a {
		s += float64(v) * float64(b[i])
	}
	return float32(s)
}

// maxOfGo returns the largest element but for NaN, and the largest bit pattern
// without sign.
func maxOfGo(x []float32) (most float32, magnitude int32) {
	most = float32(math.Inf(-1))
	for _, v := range x {
		if v > most {
			most = v
		}
		magnitude = max(magnitude, int32(math.Float32bits(v)&^(1<<31)))
	}
	return most, magnitude
}

func sumRowsGo(dst, x []float32, rows, cols int) {
	clear(dst)
	for i := range rows {
		addGo(dst, dst, x[i*cols:(i+1)*cols])
	}
}
