//go:build noasm || !amd64

package kernel

func packWhole(dst, b []float32, k, rowStride int) { packWholeGo(dst, b, k, rowStride) }
