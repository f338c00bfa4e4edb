package kernel

func addGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func subGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func mulGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func divGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

func maxGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

func minGo(dst, a, b []float32) {
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

func addScalarGo(dst, x []float32, s float32) {
	for i := range dst {
		dst[i] = x[i] + s
	}
}

func mulScalarGo(dst, x []float32, s float32) {
	for i := range dst {
		dst[i] = x[i] * s
	}
}

// fma32 is a*b+c through float64, where the product is exact. The sum is
// rounded twice, which differs from a true fused step about once in 2**29.
func fma32(a, b, c float32) float32 {
	return float32(float64(a)*float64(b) + float64(c))
}

func mulAddGo(dst, a, b, c []float32) {
	for i := range dst {
		dst[i] = fma32(a[i], b[i], c[i])
	}
}

func axpyGo(y, x []float32, a float32) {
	for i := range y {
		y[i] = fma32(a, x[i], y[i])
	}
}

func addRowGo(dst, x, row []float32, rows int) {
	for i, n := 0, len(row); i < rows; i++ {
		addGo(dst[i*n:(i+1)*n], x[i*n:], row)
	}
}

func mulRowGo(dst, x, row []float32, rows int) {
	for i, n := 0, len(row); i < rows; i++ {
		mulGo(dst[i*n:(i+1)*n], x[i*n:], row)
	}
}

func mulAddRowGo(dst, x, scale, shift []float32, rows int) {
	for i, n := 0, len(scale); i < rows; i++ {
		mulAddGo(dst[i*n:(i+1)*n], x[i*n:], scale, shift)
	}
}

func reluGradGo(dst, x, dy []float32) {
	for i := range dst {
		if x[i] > 0 {
			dst[i] = dy[i]
		} else {
			dst[i] = 0
		}
	}
}

func tanhGradGo(dst, y, dy []float32) {
	for i := range dst {
		dst[i] = dy[i] * fma32(-y[i], y[i], 1)
	}
}

func sigmoidGradGo(dst, y, dy []float32) {
	for i := range dst {
		dst[i] = dy[i] * y[i] * (1 - y[i])
	}
}
