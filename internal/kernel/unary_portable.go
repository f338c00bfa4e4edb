package kernel

import "math"

// Portable bodies of the unary functions, and what the assembly is tested
// against.

func expGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(math.Exp(float64(v)))
	}
}

func logGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(math.Log(float64(v)))
	}
}

func log1pGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(math.Log1p(float64(v)))
	}
}

func tanhGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = tanh32(v)
	}
}

func sigmoidGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = sigmoid32(v)
	}
}

func tanh32(v float32) float32    { return float32(math.Tanh(float64(v))) }
func sigmoid32(v float32) float32 { return float32(1 / (1 + math.Exp(-float64(v)))) }

func reluGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = max(v, 0) // NaN stays NaN
	}
}

func clampGo(dst, x []float32, lo, hi float32) {
	for i, v := range x {
		dst[i] = min(max(v, lo), hi)
	}
}

func erfGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(math.Erf(float64(v)))
	}
}

func geluGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = gelu32(v)
	}
}

// gelu32 uses erfc so that nothing cancels where Phi(x) is small. Below -15
// the answer is under half the least denormal, and -Inf*0 would be NaN.
func gelu32(v float32) float32 {
	if v < -15 {
		return float32(math.Copysign(0, -1))
	}
	d := float64(v)
	return float32(0.5 * d * math.Erfc(-d*(math.Sqrt2/2)))
}

func geluTanhGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = geluTanh32(v)
	}
}

// geluTanh32 rewrites 0.5*(1+tanh(u)) as 1/(1+exp(-2u)), which keeps its
// relative accuracy for negative u.
func geluTanh32(v float32) float32 {
	if v < -15 {
		return float32(math.Copysign(0, -1))
	}
	d := float64(v)
	u := math.Sqrt(2/math.Pi) * (d + 0.044715*d*d*d)
	return float32(d / (1 + math.Exp(-2*u)))
}

func siluGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = silu32(v)
	}
}

func silu32(v float32) float32 {
	d := float64(v)
	if d < -200 { // -Inf*0 would be NaN; the limit is 0
		return float32(math.Copysign(0, -1))
	}
	return float32(d / (1 + math.Exp(-d)))
}

func softplusGo(dst, x []float32) {
	for i, v := range x {
		d := float64(v)
		dst[i] = float32(max(d, 0) + math.Log1p(math.Exp(-math.Abs(d))))
	}
}

func eluGo(dst, x []float32, alpha float32) {
	for i, v := range x {
		if v <= 0 {
			v = float32(float64(alpha) * math.Expm1(float64(v)))
		}
		dst[i] = v
	}
}

func leakyReluGo(dst, x []float32, slope float32) {
	for i, v := range x {
		if v <= 0 {
			v *= slope
		}
		dst[i] = v
	}
}

func absGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
	}
}

func negGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = -v
	}
}

func squareGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = v * v
	}
}

func sqrtGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(math.Sqrt(float64(v)))
	}
}

func rsqrtGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = 1 / float32(math.Sqrt(float64(v)))
	}
}

func recipGo(dst, x []float32) {
	for i, v := range x {
		dst[i] = 1 / v
	}
}
