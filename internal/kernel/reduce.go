package kernel

import "math"

// A reduction adds in an order set by the length alone, so the same values
// always give the same sum, wherever they lie in memory. The order may differ
// between instruction sets.

// Sum returns the sum of x, 0 when x is empty.
func Sum(x []float32) float32 { return vec().sum(x) }

// MaxOf returns the largest element of x, NaN when one is NaN and -Inf when x
// is empty.
func MaxOf(x []float32) float32 {
	most, magnitude := vec().maxOf(x)
	if magnitude > infBits {
		return float32(math.NaN())
	}
	return most
}

// infBits is +Inf; greater patterns without sign are NaN.
const infBits = 0x7f800000

// Dot returns the sum of a[i]*b[i] over len(a) elements.
func Dot(a, b []float32) float32 { return vec().dot(a, b[:len(a)]) }

// SumRows writes the column sums of x (rows by cols), adding the rows in
// order: dst[j] = x[0,j] + x[1,j] + …
func SumRows(dst, x []float32, rows, cols int) {
	vec().sumRows(dst[:cols], x[:rows*cols], rows, cols)
}
