package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// matrices are a convolution's kernels in panels, one for each group: the rows
// go over taps and then channels, the columns over filters. In a transposed
// convolution channels and filters change places.
type matrices struct {
	k, n   int
	fixed  []*kernel.Packed // when the kernel is a constant
	at     int              // in scratch when it is not
	fill   func(dst, k []float32, group int)
	groups int
}

// pack adds the kernel in panels: packed now when it is a constant, else at each
// call. A nil list of taps stands for a forward convolution with all of them.
func (c *convolution) pack(a *operands, taps []int) {
	m := matrices{groups: c.groups, at: c.packLen}
	filters := c.filters()
	if taps == nil {
		m.k, m.n = c.g.taps()*c.cg, c.fg
		m.fill = func(dst, k []float32, group int) {
			kernel.Pack(dst, k[group*c.fg:], m.k, m.n, filters, 1)
		}
	} else {
		m.k, m.n = len(taps)*c.fg, c.cg
		m.fill = func(dst, k []float32, group int) {
			for j := 0; j < c.cg; j += kernel.PanelWidth {
				for i, t := range taps {
					panel := dst[j*m.k+i*c.fg*kernel.PanelWidth:]
					kernel.Pack(panel, k[(t*c.cg+j)*filters+group*c.fg:], c.fg, min(kernel.PanelWidth, c.cg-j), 1, filters)
				}
			}
		}
	}
	t := a.in[1].constant()
	if t == nil {
		c.packLen += c.groups * kernel.PackedLen(m.k, m.n)
		c.packs = append(c.packs, m)
		return
	}
	type key struct {
		t             *Tensor
		groups, group int
		taps          string
	}
	id := key{t: t, groups: c.groups, taps: fmt.Sprint(taps == nil, taps)}
	for g := range c.groups {
		id.group = g
		m.fixed = append(m.fixed, keepFilled(a, t, id, func() *kernel.Packed { return newPacked(m.k, m.n) },
			func(p *kernel.Packed, e []float32) { m.fill(p.Data, e, g) }, packedBytes))
	}
	c.packs = append(c.packs, m)
}

// prepare packs a kernel that is not a constant into scratch.
func (c *convolution) prepare(f *frame, scratch []float32, m *matrices) {
	if m.fixed != nil {
		return
	}
	k, size := f.f32(c.k), kernel.PackedLen(m.k, m.n)
	for g := range c.groups {
		m.fill(scratch[m.at+g*size:][:size], k, g)
	}
}

// of returns the matrix of a group.
func (m *matrices) of(scratch []float32, group int) kernel.Packed {
	if m.fixed != nil {
		return *m.fixed[group]
	}
	size := kernel.PackedLen(m.k, m.n)
	return kernel.Packed{K: m.k, N: m.n, Data: scratch[m.at+group*size:][:size]}
}
