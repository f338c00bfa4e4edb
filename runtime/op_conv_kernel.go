package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// convKernel is the derivative of conv with respect to its kernel: inputs are
// the data, the cotangent of the conv's result, and a tensor of the kernel's
// shape, whose data it does not use.
type convKernel struct{ conv }

func (o convKernel) name() string { return "conv_kernel" }

func (o convKernel) infer(in []Type) ([]Type, error) {
	if err := o.checkKernel(in[2], in[0].Shape[in[0].rank()-1], in[1].Shape[in[1].rank()-1]); err != nil {
		return nil, err
	}
	return in[2:3], nil
}

func (convKernel) keepsRows(*node, []bool) bool { return false }

func (convKernel) fuses() bool { return false }

func (o convKernel) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, d, k := n.in[0], n.in[1], dout[0]
	return []*Value{
		b.apply(convTranspose{conv: o.conv, like: true}, d, k, x),
		b.apply(o.conv, x, k),
		nil,
	}
}

func (o convKernel) prepare(a *operands) (task, error) {
	if a.out[0].len == 0 {
		return task{}, nil
	}
	swapped := *a // newConvolution finds the kernel's shape in second place
	swapped.in = []operand{a.in[0], a.in[2]}
	c, err := newConvolution(o.conv, &swapped, a.in[0], a.in[1], 2)
	a.taken = swapped.taken
	if err != nil {
		return task{}, err
	}
	if c.cg == 1 && c.groups > 1 {
		return c.depthwiseKernel(a.in[1]), nil
	}
	return c.kernelGradient(a.in[1]).task(), nil
}

// gradientPixels is how many output pixels the kernel's gradient takes together. The
// sums of all of them go on from one block to the next.
const gradientPixels = 128

// depthwiseKernel is the kernel's gradient with one channel to a group.
func (c *convolution) depthwiseKernel(d operand) task {
	f, channels, pixels, inputs, taps := c.filters(), c.channels(), c.g.pixels(), c.g.inputs(), c.g.taps()
	table := c.g.table(c.watch, channels)
	return task{parts: taps, cost: float64(c.images) * c.work(), scratch: f, run: func(fr *frame, lo, hi int) {
		x, dy := fr.f32(c.x), fr.f32(d)
		wide := fr.floats(f)
		for t := lo; t < hi; t++ {
			dk := fr.f32(c.y)[t*f:][:f]
			clear(dk)
			for p := range c.images * pixels {
				if p%gradientPixels == 0 && fr.expired() {
					return
				}
				off := table[p%pixels*taps+t]
				if off < 0 {
					continue
				}
				src := x[p/pixels*inputs*channels+int(off):][:channels]
				if c.fg > 1 {
					repeatChannels(wide, src, c.fg)
					src = wide
				}
				kernel.MulAdd(dk, src, dy[p*f:][:f], dk)
			}
		}
	}}
}
