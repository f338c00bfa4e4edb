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

// Run computes the output rows from up to before to, for callers that share
// an image among goroutines. An answer does not depend on the split.
func (d *Depthwise2D) Run(from, to int) {
	if d.C == 0 || d.OutWidth == 0 || from >= to {
		return
	}
	_ = d.Dst[:d.OutHeight*d.OutWidth*d.C]
	_ = d.Src[:d.Height*d.Width*d.C]
	_ = d.Kernel[:d.KernelHeight*d.KernelWidth*d.C]
	if d.Bias != nil {
		_ = d.Bias[:d.C]
	}
	k := vec()
	for y := from; y < to; y++ {
		if k.depthwisePatch != nil {
			d.row(k, y)
			continue
		}
		for x := range d.OutWidth {
			d.pixelGo(y, x)
		}
	}
}

// depthwiseRow returns the routine for neighbouring pixels whose windows have all
// their columns, and at least one row, nil if there is none for the window. Window
// rows and columns outside the image are left out, src and kernel pointing to the
// first that count. Pitches are in bytes; a nil bias is 0.
func (k *vecTable) depthwiseRow(size, stride int) func(dst, src, kernel, bias *float32, n, rows, c, pitch int, lo, hi float32) {
	switch [2]int{size, stride} {
	case [2]int{3, 1}:
		return k.depthwise3s1
	case [2]int{3, 2}:
		return k.depthwise3s2
	case [2]int{5, 1}:
		return k.depthwise5s1
	case [2]int{5, 2}:
		return k.depthwise5s2
	case [2]int{7, 1}:
		return k.depthwise7s1
	case [2]int{7, 2}:
		return k.depthwise7s2
	}
	return nil
}

// row computes row y of the output: the pixels whose windows have all their
// columns together, the others one by one.
func (d *Depthwise2D) row(k *vecTable, y int) {
	top := y*d.StrideHeight - d.PadTop
	ky, kyEnd := inside(top, d.KernelHeight, d.Height)
	inner, innerEnd := d.innerColumns()
	compute := k.depthwiseRow(d.KernelWidth, d.StrideWidth)
	if compute == nil || ky == kyEnd || d.KernelWidth != d.KernelHeight {
		inner, innerEnd = 0, 0
	}
	for x := 0; x < d.OutWidth; x++ {
		dst := &d.Dst[(y*d.OutWidth+x)*d.C]
		left := x*d.StrideWidth - d.PadLeft
		kx, kxEnd := inside(left, d.KernelWidth, d.Width)
		src, kernel := first(d.Src), first(d.Kernel)
		rows := kyEnd - ky
		if kx == kxEnd {
			rows = 0
		}
		if rows > 0 {
			src = &d.Src[((top+ky)*d.Width+left+kx)*d.C]
			kernel = &d.Kernel[(ky*d.KernelWidth+kx)*d.C]
		}
		if x == inner && inner < innerEnd {
			compute(dst, src, kernel, first(d.Bias), innerEnd-inner, rows, d.C, d.Width*d.C*4, d.Min, d.Max)
			x = innerEnd - 1
			continue
		}
		k.depthwisePatch(dst, src, kernel, first(d.Bias), rows, kxEnd-kx, d.C, d.Width*d.C*4, d.KernelWidth*d.C*4, d.Min, d.Max)
	}
}

// innerColumns returns the output columns whose windows lie between the left
// and the right border of the image.
func (d *Depthwise2D) innerColumns() (from, to int) {
	from = (d.PadLeft + d.StrideWidth - 1) / d.StrideWidth
	if room := d.Width - d.KernelWidth + d.PadLeft; room >= 0 {
		to = room/d.StrideWidth + 1
	}
	return from, min(to, d.OutWidth)
}

// inside returns which part of a window of that size, starting at start, lies
// in [0, limit).
func inside(start, size, limit int) (from, to int) {
	from = min(max(0, -start), size)
	return from, max(from, min(size, limit-start))
}

// first returns the address of the first element, nil for an empty slice.
func first[T any](s []T) *T {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}

func (d *Depthwise2D) pixelGo(y, x int) {
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
