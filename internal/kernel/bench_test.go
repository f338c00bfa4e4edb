package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// eachNative runs f with every variant but the generic one.
func eachNative(b *testing.B, f func(b *testing.B)) {
	for _, v := range Variants()[1:] {
		b.Run(v.String(), func(b *testing.B) {
			defer Use(v)()
			f(b)
		})
	}
}

// measure benchmarks f, of that many operations, in samples of about 50 µs that
// alternate with samples of the peak loop. It reports the mean rate, the rate of
// the best sample, and that in percent of the best sample of the peak: on a
// shared machine only the best samples compare.
func measure(b *testing.B, flops int, f func()) {
	start := time.Now()
	f()
	turns := int(50*time.Microsecond/max(time.Since(start), 1)) + 1
	best, bestPeak := time.Duration(1<<62), time.Duration(1<<62)
	timed := func(best *time.Duration, f func()) {
		start := time.Now()
		f()
		*best = min(*best, time.Since(start))
	}
	n := 0
	var spent time.Duration
	for b.Loop() {
		if n%turns == 0 {
			timed(&bestPeak, func() { peakLoop(1000) })
			start := time.Now()
			timed(&best, func() {
				for range turns {
					f()
				}
			})
			spent += time.Since(start)
		}
		n++
	}
	rate := func(d time.Duration, runs int) float64 { return float64(flops) * float64(runs) / float64(d) }
	b.ReportMetric(rate(spent, (n+turns-1)/turns*turns), "GFLOP/s")
	b.ReportMetric(rate(best, turns), "best-GFLOP/s")
	b.ReportMetric(100*rate(best, turns)/(1000*peakFlops(active)/float64(bestPeak)), "%peak")
}

func BenchmarkPeak(b *testing.B) {
	eachNative(b, func(b *testing.B) {
		for b.Loop() {
			peakLoop(1000)
		}
		b.ReportMetric(1000*peakFlops(active)*float64(b.N)/float64(b.Elapsed()), "GFLOP/s")
	})
}

func BenchmarkGemm(b *testing.B) {
	for _, s := range [][3]int{
		{256, 256, 256}, {512, 512, 512}, {52, 52, 100}, {52, 100, 40}, {52, 40, 1}, {64, 784, 512}, {1, 784, 512}, {1, 128, 512}, {1, 52, 100},
		{2, 128, 512}, {5, 128, 512}, {32, 128, 512}, {3136, 64, 64}, {12544, 32, 16}, {196, 512, 512}, {49, 1024, 1024},
		{1, 1, 1}, {1, 16, 16}, {1, 10, 10}, {1024, 1024, 1024}, {1, 2048, 1000}, {1, 25088, 1024}, {4, 1024, 1024}, {128, 256, 1024}, {128, 1024, 256}, {32, 25088, 256},
	} {
		m, k, n := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, k, n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 1))
			g := Gemm{C: AlignedFloats(m * n), LDC: n, A: randomFloats(rng, AlignedFloats(m*k)), LDA: k, M: m,
				B: NewPacked(randomFloats(rng, make([]float32, k*n)), k, n, n, 1), Bias: make([]float32, n), Min: 0, Max: inf}
			eachNative(b, func(b *testing.B) {
				measure(b, 2*m*k*n, func() { g.Run() })
			})
		})
	}
}

// convolution returns the product of a size×size "same" convolution of stride 1
// (or stride) over channels.
func convolution(rng *rand.Rand, size, in, out, kernel, stride int) *Indirect {
	pad := kernel / 2
	outSize := (size + stride - 1) / stride
	m := outSize * outSize
	segs, segK := kernel*kernel, in
	g := &Indirect{Segs: segs, SegK: segK, Zeros: make([]float32, segK)}
	g.Offsets = make([]int32, (m+rowBlock-1)/rowBlock*rowBlock*segs)
	for i := range g.Offsets {
		g.Offsets[i] = -1
	}
	for i := range m {
		y, x := i/outSize*stride, i%outSize*stride
		for s := range segs {
			sy, sx := y+s/kernel-pad, x+s%kernel-pad
			if sy >= 0 && sy < size && sx >= 0 && sx < size {
				g.Offsets[((i/rowBlock)*segs+s)*rowBlock+i%rowBlock] = int32((sy*size + sx) * in)
			}
		}
	}
	g.A, g.M = randomFloats(rng, AlignedFloats(size*size*in)), m
	k := segs * segK
	g.B = NewPacked(randomFloats(rng, make([]float32, k*out)), k, out, out, 1)
	g.C, g.LDC, g.Bias, g.Min, g.Max = AlignedFloats(m*out), out, make([]float32, out), 0, inf
	return g
}

func BenchmarkPack(b *testing.B) {
	src, k, n := AlignedFloats(512*512), 512, 512
	dst := AlignedFloats(PackedLen(k, n))
	for name, strides := range map[string][2]int{"rows": {n, 1}, "columns": {1, k}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(4 * k * n))
			for b.Loop() {
				Pack(dst, src, k, n, strides[0], strides[1])
			}
		})
	}
	b.Run("transpose", func(b *testing.B) {
		b.SetBytes(int64(4 * k * n))
		for b.Loop() {
			Transpose(dst, src, k, n, n, k)
		}
	})
}

func BenchmarkConvolution(b *testing.B) {
	for _, s := range [][5]int{{56, 64, 64, 3, 1}, {28, 128, 128, 3, 1}, {14, 256, 256, 3, 1}, {7, 512, 512, 3, 1}, {56, 64, 256, 1, 1}, {112, 21, 64, 7, 1}} {
		b.Run(fmt.Sprintf("%dx%dx%d-%d-%dx%d", s[0], s[0], s[1], s[2], s[3], s[3]), func(b *testing.B) {
			g := convolution(rand.New(rand.NewPCG(1, 1)), s[0], s[1], s[2], s[3], s[4])
			eachNative(b, func(b *testing.B) {
				measure(b, 2*g.M*g.B.K*g.B.N, func() { g.Run() })
			})
		})
	}
}
