package kernel

import (
	"fmt"
	"math"
)

// Pool reduces windows of NHWC pixels, channel by channel. Offsets is as in
// Depthwise; taps that are -1 are left out.
type Pool struct {
	Dst     []float32 // Pixels * C
	Src     []float32
	Offsets []int32 // Pixels * Taps

	Taps, C, Pixels int
}

// MaxPool writes the largest value of each window. As in TensorFlow's max
// pooling NaN is passed over, and the least answer is -MaxFloat32, what a
// window without numbers gives.
func (p *Pool) MaxPool() {
	if !p.check() {
		return
	}
	if f := vec().maxPool; f != nil {
		f(&p.Dst[0], first(p.Src), first(p.Offsets), p.Taps, p.C, p.Pixels)
		return
	}
	p.maxGo()
}

// AvgPool writes the sum of each window's values, in the order of the taps,
// divided by their number; 0 if the window is empty.
func (p *Pool) AvgPool() {
	if !p.check() {
		return
	}
	if f := vec().avgPool; f != nil {
		f(&p.Dst[0], first(p.Src), first(p.Offsets), p.Taps, p.C, p.Pixels)
		return
	}
	p.avgGo()
}

// check panics if a slice is too short for the sizes, and reports whether
// there is anything to do.
func (p *Pool) check() bool {
	if p.Pixels == 0 || p.C == 0 {
		return false
	}
	_ = p.Dst[:p.Pixels*p.C]
	checkOffsets("Pool", p.Offsets[:p.Pixels*p.Taps], len(p.Src), p.C)
	return true
}

// checkOffsets panics unless every offset is -1 or has c values of n behind
// it.
func checkOffsets(what string, offsets []int32, n, c int) {
	if len(offsets) == 0 {
		return
	}
	lo, hi := rangeInt32(offsets)
	if lo < -1 || (hi >= 0 && int(hi) > n-c) {
		panic(fmt.Sprintf("kernel: %s: offsets must lie between -1 and %d, received %d to %d", what, n-c, lo, hi))
	}
}

func (p *Pool) maxGo() {
	for i := range p.Pixels {
		dst := p.Dst[i*p.C : (i+1)*p.C]
		for j := range dst {
			dst[j] = -math.MaxFloat32
		}
		for _, off := range p.Offsets[i*p.Taps : (i+1)*p.Taps] {
			if off < 0 {
				continue
			}
			for j, v := range p.Src[off:][:p.C] {
				if v > dst[j] {
					dst[j] = v
				}
			}
		}
	}
}

func (p *Pool) avgGo() {
	for i := range p.Pixels {
		dst := p.Dst[i*p.C : (i+1)*p.C]
		clear(dst)
		count := 0
		for _, off := range p.Offsets[i*p.Taps : (i+1)*p.Taps] {
			if off >= 0 {
				addGo(dst, dst, p.Src[off:][:p.C])
				count++
			}
		}
		for j := range dst {
			dst[j] /= float32(max(count, 1))
		}
	}
}
