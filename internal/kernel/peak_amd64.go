//go:build !noasm

package kernel

func peakAVX2(n int)
func peakAVX512(n int)

func peakLoop(n int) {
	switch active {
	case AVX512:
		peakAVX512(n)
	case AVX2:
		peakAVX2(n)
	default:
		peakGo(n)
	}
}
