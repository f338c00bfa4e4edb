//go:build noasm || !amd64

package kernel

func rangeInt32(p []int32) (lo, hi int32) { return rangeInt32Go(p) }
