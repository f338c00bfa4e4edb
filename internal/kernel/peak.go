package kernel

import "time"

// peakFlops is the operations of a turn of the peak loops: two for each lane of
// their chains of multiply-adds.
func peakFlops(v Variant) float64 {
	lanes := map[Variant]float64{Generic: 12, NEON: 24 * 4, AVX2: 12 * 8, AVX512: 12 * 16}[v]
	return 2 * lanes
}

// PeakGFLOPS measures what one core reaches on multiply-adds that touch no
// memory, in 10^9 operations a second with the active variant: the upper bound
// of every product. It takes about 20 ms and reports the best of several
// samples; other work on the core, and its clock, move the answer.
func PeakGFLOPS() float64 {
	const turns = 20000
	best := time.Duration(1 << 62)
	start := time.Now()
	for time.Since(start) < 20*time.Millisecond {
		t := time.Now()
		peakLoop(turns)
		if d := time.Since(t); d > 0 {
			best = min(best, d)
		}
	}
	return turns * peakFlops(active) / float64(best.Nanoseconds())
}

// peakSink keeps the Go loop from being removed.
var peakSink float32

// peakGo does n times 12 independent multiplications and additions.
func peakGo(n int) {
	var a, b, c, d, e, f, g, h, i, j, k, l float32
	x := peakSink
	for range n {
		a += x * a
		b += x * b
		c += x * c
		d += x * d
		e += x * e
		f += x * f
		g += x * g
		h += x * h
		i += x * i
		j += x * j
		k += x * k
		l += x * l
	}
	peakSink = a + b + c + d + e + f + g + h + i + j + k + l
}
