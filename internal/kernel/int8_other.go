//go:build noasm || !(amd64 || arm64)

package kernel

func (g *IntProduct) native(lo, hi int) bool { return false }

func unpackInt4(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	unpackInt4Go(dst, src, scale, zero)
}
