package kernel

import "math"

func softmaxRowsGo(dst, x []float32, rows, cols int) {
	for i := range rows {
		d, r := dst[i*cols:(i+1)*cols], x[i*cols:(i+1)*cols]
		most, _ := maxOfGo(r)
		top := float64(most)
		var sum float64
		for j, v := range r {
			e := math.Exp(float64(v) - top)
			sum += e
			d[j] = float32(e)
		}
		inv := 1 / sum
		for j, e := range d {
			d[j] = float32(float64(e) * inv)
		}
	}
}

func logSoftmaxRowsGo(dst, x []float32, rows, cols int) {
	for i := range rows {
		d, r := dst[i*cols:(i+1)*cols], x[i*cols:(i+1)*cols]
		most, _ := maxOfGo(r)
		top := float64(most)
		var sum float64
		for _, v := range r {
			sum += math.Exp(float64(v) - top)
		}
		logSum := math.Log(sum)
		for j, v := range r {
			d[j] = float32(float64(v) - top - logSum)
		}
	}
}

func softmaxGradRowsGo(dst, y, dy []float32, rows, cols int) {
	for i := range rows {
		lo, hi := i*cols, (i+1)*cols
		inner := dotGo(y[lo:hi], dy[lo:hi])
		for j := lo; j < hi; j++ {
			dst[j] = y[j] * (dy[j] - inner)
		}
	}
}

func layerNormRowsGo(dst, x, gamma, beta []float32, rows, cols int, eps float32) {
	normRowsGo(dst, x, rows, cols, eps)
	mulAddRowGo(dst, dst, gamma, beta, rows)
}

func normRowsGo(dst, x []float32, rows, cols int, eps float32) {
	for i := range rows {
		d, r := dst[i*cols:(i+1)*cols], x[i*cols:(i+1)*cols]
		var mean, variance float64
		for _, v := range r {
			mean += float64(v)
		}
		mean /= float64(cols)
		for _, v := range r {
			diff := float64(v) - mean
			variance += diff * diff
		}
		variance /= float64(cols)
		scale := 1 / math.Sqrt(variance+float64(eps))
		for j, v := range r {
			d[j] = float32((float64(v) - mean) * scale)
		}
	}
}

func rmsNormRowsGo(dst, x []float32, rows, cols int, eps float32) {
	for i := range rows {
		d, r := dst[i*cols:(i+1)*cols], x[i*cols:(i+1)*cols]
		var square float64
		for _, v := range r {
			square += float64(v) * float64(v)
		}
		scale := 1 / math.Sqrt(square/float64(cols)+float64(eps))
		for j, v := range r {
			d[j] = float32(float64(v) * scale)
		}
	}
}
