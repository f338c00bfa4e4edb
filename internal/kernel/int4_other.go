//go:build noasm || !amd64

package kernel

func int4Rows() int { return 0 }

func addInt4Row(acc, x []float32, src []byte, stride int, scale, zero []float32) {
	addInt4RowGo(acc, x, src, stride, scale, zero)
}
