package kernel

import (
	"fmt"
	"math"
)

// QuantizeRow writes x in whole numbers of at most 127,
//
//	dst[i] = clamp(round(x[i]*scale), -127, 127), scale = 127/(max|x| + 1e-7)
//
// halves going to the even number and NaN to 0, and a 0 behind them when they are an
// odd number, and returns the scale.
func QuantizeRow(dst []int16, x []float32) (scale float32) {
	n := len(x)
	if len(dst) < EvenUp(n) {
		panic(fmt.Sprintf("kernel: QuantizeRow: dst must hold %d values, has %d", EvenUp(n), len(dst)))
	}
	var largest float32
	if n > 0 {
		_, bits := vec().maxOf(x)
		largest = math.Float32frombits(uint32(bits))
	}
	scale = 127 / (largest + 1e-7)
	done := quantizeNative(dst, x, scale)
	quantizeGo(dst[done:n], x[done:], scale)
	clear(dst[n:EvenUp(n)])
	return scale
}

func quantizeGo(dst []int16, x []float32, scale float32) {
	for i, v := range x {
		q := math.RoundToEven(float64(float32(v * scale)))
		switch {
		case q > 127:
			q = 127
		case q < -127:
			q = -127
		case q != q:
			q = 0
		}
		dst[i] = int16(q)
	}
}

// Rescale turns a row of sums of an IntProduct into floats,
//
//	dst[i] = clamp(acc[i]/(scale[i]*row) + bias[i], lo, hi)
//
// where a nil bias is none, and NaN passes through the bounds.
func Rescale(dst []float32, acc []int32, scale, bias []float32, row, lo, hi float32) {
	n := len(dst)
	if len(acc) < n || len(scale) < n || bias != nil && len(bias) < n {
		panic(fmt.Sprintf("kernel: Rescale: %d values of %d sums, %d scales, %d biases", n, len(acc), len(scale), len(bias)))
	}
	i := rescaleNative(dst, acc, scale, bias, row, lo, hi)
	for ; i < n; i++ {
		v := float32(acc[i]) / float32(scale[i]*row)
		if bias != nil {
			v += bias[i]
		}
		if v < lo {
			v = lo
		}
		if v > hi {
			v = hi
		}
		dst[i] = v
	}
}
