package kernel

// Depthwise is a depthwise convolution with depth multiplier 1 over NHWC
// data, driven by a table of offsets, so any kernel size, stride, dilation
// and padding will do:
//
//	Dst[p*C+c] = clamp(Bias[c] + sum over t of Src[Offsets[p*Taps+t]+c]*Kernel[t*C+c], Min, Max)
//
// Taps are added in order.
type Depthwise struct {
	Dst    []float32 // Pixels * C
	Src    []float32
	Kernel []float32 // Taps * C
	Bias   []float32 // C, or nil

	// Offsets has Taps entries for each output pixel: the index in Src of the
	// first channel of the input pixel, or -1 for one outside the image,
	// which counts as zeros.
	Offsets []int32

	Taps, C, Pixels int

	// Zeros holds at least C zeros, what taps outside read.
	Zeros []float32

	Min, Max float32 // ±Inf for no bound
}

// Run computes all of d.Dst.
func (d *Depthwise) Run() {
	if d.Pixels == 0 || d.C == 0 {
		return
	}
	_, _ = d.Dst[:d.Pixels*d.C], d.Kernel[:d.Taps*d.C]
	if d.Bias != nil {
		_ = d.Bias[:d.C]
	}
	if d.Zeros != nil {
		_ = d.Zeros[:d.C]
	}
	offsets := d.Offsets[:d.Pixels*d.Taps]
	checkOffsets("Depthwise", offsets, len(d.Src), d.C)
	f := vec().depthwisePixels
	if f == nil || d.Zeros == nil {
		d.runGo()
		return
	}
	f(&d.Dst[0], first(d.Src), first(d.Kernel), first(d.Bias), &d.Zeros[0], first(offsets), d.Taps, d.C, d.Pixels, d.Min, d.Max)
}

func (d *Depthwise) runGo() {
	for p := range d.Pixels {
		dst := d.Dst[p*d.C : (p+1)*d.C]
		if d.Bias != nil {
			copy(dst, d.Bias)
		} else {
			clear(dst)
		}
		for t, off := range d.Offsets[p*d.Taps : (p+1)*d.Taps] {
			src := d.Zeros
			if off >= 0 {
				src = d.Src[off:]
			}
			k := d.Kernel[t*d.C : (t+1)*d.C]
			mulAddGo(dst, src[:d.C], k, dst)
		}
		clampGo(dst, dst, d.Min, d.Max)
	}
}
