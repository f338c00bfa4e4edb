package kernel

import "math"

// Pool reduces windows of NHWC pixels, channel by channel. Offsets is as in
// Depthwise; taps that are -1 are left out.
type Pool struct {
	Dst     []float32 // Pixels * C
	Src     []float32
	Offsets []int32 // Pixels * Taps

	Taps, C, Pixels int
}

// MaxPool writes the largest value of each window, NaN if one is NaN, -Inf if
// the window is empty.
func (p *Pool) MaxPool() {
	if p.check() {
		vec().maxPool(p)
	}
}

// AvgPool writes the sum of each window's values, in the order of the taps,
// divided by their number; 0 if the window is empty.
func (p *Pool) AvgPool() {
	if p.check() {
		vec().avgPool(p)
	}
}

func (p *Pool) check() bool {
	if p.Pixels == 0 || p.C == 0 {
		return false
	}
	_, _ = p.Dst[:p.Pixels*p.C], p.Offsets[:p.Pixels*p.Taps]
	return true
}

func maxPoolGo(p *Pool) {
	for i := range p.Pixels {
		dst := p.Dst[i*p.C : (i+1)*p.C]
		for j := range dst {
			dst[j] = float32(math.Inf(-1))
		}
		for _, off := range p.Offsets[i*p.Taps : (i+1)*p.Taps] {
			if off >= 0 {
				maxGo(dst, dst, p.Src[off:][:p.C])
			}
		}
	}
}

func avgPoolGo(p *Pool) {
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

// GlobalAvg writes the mean over all pixels of an image: x is pixels by c.
func GlobalAvg(dst, x []float32, pixels, c int) {
	SumRows(dst, x, pixels, c)
	MulScalar(dst[:c], dst[:c], 1/float32(max(pixels, 1)))
}
