//go:build noasm || !amd64

package kernel

func (g *IntProduct) native(lo, hi int) bool { return false }

func quantizeNative(dst []int16, x []float32, scale float32) (done int) { return 0 }

func rescaleNative(dst []float32, acc []int32, scale, bias []float32, row, lo, hi float32) (done int) {
	return 0
}

func unpackInt4(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	unpackInt4Go(dst, src, scale, zero)
}
