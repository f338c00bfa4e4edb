package kernel

// Depthwise2D is a depthwise convolution with depth multiplier 1 of one NHWC
// image, without dilation. Square kernels of size 3 and 5 at stride 1 and 2
// run fast; others run through the same struct, slower. Pixels outside the
// image count as zeros.
type Depthwise2D struct {
	Dst    []float32 // OutHeight * OutWidth * C
	Src    []float32 // Height * Width * C
	Kernel []float32 // KernelHeight * KernelWidth * C
	Bias   []float32 // C, or nil

	Height, Width, C          int
	OutHeight, OutWidth       int
	KernelHeight, KernelWidth int
	StrideHeight, StrideWidth int
	PadTop, PadLeft           int

	Min, Max float32 // ±Inf for no bound
}

// Run computes all of d.Dst.
func (d *Depthwise2D) Run() { d.Rows(0, d.OutHeight) }

// Rows computes the output rows from up to before to, for callers that share
// an image among goroutines. An answer does not depend on the split.
func (d *Depthwise2D) Rows(from, to int) {
	_ = d.Dst[:d.OutHeight*d.OutWidth*d.C]
	_ = d.Src[:d.Height*d.Width*d.C]
	_ = d.Kernel[:d.KernelHeight*d.KernelWidth*d.C]
	for y := from; y < to; y++ {
		vec().depthwiseRow(d, y)
	}
}

func depthwiseRowGo(d *Depthwise2D, y int) {
	for x := range d.OutWidth {
		depthwisePixelGo(d, y, x)
	}
}

func depthwisePixelGo(d *Depthwise2D, y, x int) {
	dst := d.Dst[(y*d.OutWidth+x)*d.C:][:d.C]
	if d.Bias != nil {
		copy(dst, d.Bias)
	} else {
		clear(dst)
	}
	for ky := range d.KernelHeight {
		sy := y*d.StrideHeight - d.PadTop + ky
		if sy < 0 || sy >= d.Height {
			continue
		}
		for kx := range d.KernelWidth {
			sx := x*d.StrideWidth - d.PadLeft + kx
			if sx < 0 || sx >= d.Width {
				continue
			}
			src := d.Src[(sy*d.Width+sx)*d.C:][:d.C]
			mulAddGo(dst, src, d.Kernel[(ky*d.KernelWidth+kx)*d.C:][:d.C], dst)
		}
	}
	clampGo(dst, dst, d.Min, d.Max)
}
