//go:build !noasm

package kernel

//go:noescape
func rangeInt32AVX2(p *int32, n int) (lo, hi int32)

// rangeInt32 returns the least and the greatest value of p, which must not be
// empty.
func rangeInt32(p []int32) (lo, hi int32) {
	n := len(p) &^ 7
	if n == 0 || active < AVX2 {
		return rangeInt32Go(p)
	}
	lo, hi = rangeInt32AVX2(&p[0], n)
	for _, v := range p[n:] {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}
