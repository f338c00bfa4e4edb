package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// depthwise is a convolution with one channel to a group. With several filters
// to a group the input is first copied with its channels repeated, which makes
// it one with a single filter to a group.
func (c *convolution) depthwise() task {
	f, inputs, pixels := c.filters(), c.g.inputs(), c.g.pixels()
	copied := 0
	if c.fg > 1 {
		copied = inputs * f
	}
	block := max(1, chunk/max(1, c.g[2].out*f)) // output rows to a part
	lines := c.g[0].out * c.g[1].out
	if copied > 0 {
		block = lines
	}
	blocks := (lines + block - 1) / block
	rows := c.depthwiseRows(block)
	return task{parts: c.images * blocks, cost: float64(c.images) * c.work(), scratch: copied, run: func(fr *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			image, from := lo/blocks, lo%blocks*block
			to := min(from+block, lines)
			x := fr.f32(c.x)[image*inputs*c.groups:][:inputs*c.groups]
			if copied > 0 {
				x = fr.floats(copied)
				repeatChannels(x, fr.f32(c.x)[image*inputs*c.groups:], c.fg)
			}
			y := fr.f32(c.y)[image*pixels*f:][:pixels*f]
			rows(fr, y, x, from, to)
			if c.act.unaryKind != nil {
				y = y[from*c.g[2].out*f : to*c.g[2].out*f]
				c.act.kernel(y, y, c.act.p, c.act.q)
			}
		}
	}}
}

// depthwiseRows returns what computes the output rows from <= r < to of an image.
func (c *convolution) depthwiseRows(block int) func(fr *frame, y, x []float32, from, to int) {
	f := c.filters()
	lo, hi := c.bounds()
	bias := func(fr *frame) []float32 {
		if c.row == nil {
			return nil
		}
		return fr.f32(*c.row)
	}
	v, h := c.g[1], c.g[2]
	if c.g[0] == (span{in: 1, out: 1, size: 1, stride: 1, dilation: 1}) && v.dilation == 1 && h.dilation == 1 {
		return func(fr *frame, y, x []float32, from, to int) {
			d := kernel.Depthwise2D{Dst: y, Src: x, Kernel: fr.f32(c.k), Bias: bias(fr),
				Height: v.in, Width: h.in, C: f, OutHeight: v.out, OutWidth: h.out,
				KernelHeight: v.size, KernelWidth: h.size, StrideHeight: v.stride, StrideWidth: h.stride,
				PadTop: v.before, PadLeft: h.before, Min: lo, Max: hi}
			d.Run(from, to)
		}
	}
	table, zeros, taps := c.g.table(c.watch, f), kernel.AlignedFloats(f), c.g.taps()
	return func(fr *frame, y, x []float32, from, to int) {
		from, to = from*h.out, to*h.out
		d := kernel.Depthwise{Dst: y[from*f:], Src: x, Kernel: fr.f32(c.k), Bias: bias(fr), Offsets: table[from*taps:],
			Taps: taps, C: f, Pixels: to - from, Zeros: zeros, Min: lo, Max: hi}
		d.Run()
	}
}

// depthwiseBack is the transposed convolution with one channel to a group.
func (c *convolution) depthwiseBack() task {
	f, inputs, pixels, taps := c.filters(), c.g.inputs(), c.g.pixels(), c.g.taps()
	table := make([]int32, inputs*taps)
	for i := range table {
		table[i] = -1
	}
	c.g.walk(c.watch, func(place, tap, at int) {
		if at >= 0 {
			table[at*taps+tap] = int32(place * f)
		}
	})
	zeros := kernel.AlignedFloats(f)
	wide := 0
	if c.fg > 1 {
		wide = inputs * f
	}
	lo32, hi32 := c.bounds()
	return task{parts: c.images, cost: float64(c.images) * c.work(), scratch: wide, run: func(fr *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			y := fr.f32(c.y)[lo*inputs*c.groups:][:inputs*c.groups]
			d := kernel.Depthwise{Dst: y, Src: fr.f32(c.x)[lo*pixels*f:], Kernel: fr.f32(c.k), Offsets: table,
				Taps: taps, C: f, Pixels: inputs, Zeros: zeros, Min: lo32, Max: hi32}
			if wide > 0 {
				d.Dst = fr.floats(wide)
			}
			d.Run()
			if wide > 0 {
				for i := range y {
					s := float32(0)
					for _, v := range d.Dst[i*c.fg:][:c.fg] {
						s += v
					}
					y[i] = s
				}
			}
		}
	}}
}

// repeatChannels writes every element of src n times, until dst is full.
func repeatChannels(dst, src []float32, n int) {
	for i := range len(dst) / n {
		v := src[i]
		for j := range n {
			dst[i*n+j] = v
		}
	}
}
