//go:build !noasm

package kernel

func peakNEON(n int)

func peakLoop(n int) {
	if active == NEON {
		peakNEON(n)
	} else {
		peakGo(n)
	}
}
