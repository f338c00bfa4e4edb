package kernel

// rangeInt32Go returns the least and the greatest value of p, which must not
// be empty.
func rangeInt32Go(p []int32) (lo, hi int32) {
	lo, hi = p[0], p[0]
	for _, v := range p[1:] {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}
