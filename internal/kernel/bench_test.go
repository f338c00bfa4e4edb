package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
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

func reportFLOPs(b *testing.B, flops int) {
	b.ReportMetric(float64(flops)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}

func BenchmarkPeak(b *testing.B) {
	eachNative(b, func(b *testing.B) {
		for b.Loop() {
			peakLoop(1000)
		}
		reportFLOPs(b, int(1000*peakFlops(active)))
	})
}

func BenchmarkGemm(b *testing.B) {
	for _, s := range [][3]int{
		{256, 256, 256}, {512, 512, 512}, {52, 52, 100}, {64, 784, 512}, {1, 784, 512}, {1, 128, 512}, {1, 52, 100},
		{2, 128, 512}, {5, 128, 512}, {32, 128, 512}, {3136, 64, 64}, {12544, 32, 16}, {196, 512, 512}, {49, 1024, 1024},
	} {
		m, k, n := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, k, n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 1))
			g := Gemm{C: AlignedFloats(m * n), LDC: n, A: randomFloats(rng, AlignedFloats(m*k)), LDA: k, M: m,
				B: NewPacked(randomFloats(rng, make([]float32, k*n)), k, n, n, 1), Bias: make([]float32, n), Min: 0, Max: inf}
			eachNative(b, func(b *testing.B) {
				for b.Loop() {
					g.Run()
				}
				reportFLOPs(b, 2*m*k*n)
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

func BenchmarkConvolution(b *testing.B) {
	for _, s := range [][5]int{{56, 64, 64, 3, 1}, {28, 128, 128, 3, 1}, {14, 256, 256, 3, 1}, {7, 512, 512, 3, 1}, {56, 64, 256, 1, 1}, {224, 3, 64, 7, 2}} {
		b.Run(fmt.Sprintf("%dx%dx%d-%d-%dx%d", s[0], s[0], s[1], s[2], s[3], s[3]), func(b *testing.B) {
			g := convolution(rand.New(rand.NewPCG(1, 1)), s[0], s[1], s[2], s[3], s[4])
			eachNative(b, func(b *testing.B) {
				for b.Loop() {
					g.Run()
				}
				reportFLOPs(b, 2*g.M*g.B.K*g.B.N)
			})
		})
	}
}
