package page

import "math"

// bins of a histogram.
const bins = 40

// spread is how the numbers of a tensor are distributed.
type spread struct {
	Count    int    `json:"count"`
	Min      number `json:"min"` // of the finite ones, as all that follows but the last two
	Max      number `json:"max"`
	Mean     number `json:"mean"`
	Std      number `json:"std"`
	Zeros    int    `json:"zeros"`
	Bins     []int  `json:"bins"` // equal parts of Min to Max; one where all are alike
	NaN      int    `json:"nan"`
	Infinite int    `json:"infinite"`
}

// spreadOf counts n numbers.
func spreadOf(n int, at func(i int) float64) spread {
	s := spread{Count: n, Bins: []int{}}
	var lo, hi, sum, squares float64 = math.Inf(1), math.Inf(-1), 0, 0
	finite := 0
	for i := range n {
		switch v := at(i); {
		case math.IsNaN(v):
			s.NaN++
		case math.IsInf(v, 0):
			s.Infinite++
		default:
			lo, hi, sum, finite = math.Min(lo, v), math.Max(hi, v), sum+v, finite+1
			if v == 0 {
				s.Zeros++
			}
		}
	}
	if finite == 0 {
		return s
	}
	mean := sum / float64(finite)
	s.Bins = make([]int, bins)
	if lo == hi {
		s.Bins = s.Bins[:1]
	}
	for i := range n {
		v := at(i)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		squares += (v - mean) * (v - mean)
		bin := 0
		if hi > lo {
			bin = min(int((v-lo)/(hi-lo)*bins), bins-1)
		}
		s.Bins[bin]++
	}
	s.Min, s.Max, s.Mean, s.Std = number(lo), number(hi), number(mean), number(math.Sqrt(squares/float64(finite)))
	return s
}
