//go:build noasm || !(amd64 || arm64)

package kernel

func peakLoop(n int) { peakGo(n) }
