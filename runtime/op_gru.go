package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// gru is the gated recurrent unit of Cho et al. 2014, gates in the order z, r,
// h. Its state is h.
type gru struct {
	resetAfter bool // of the recurrent product (Cuda's form), not of h before it
	standard   bool // resetAfter with sigmoid gates and tanh, which is one kernel
	act, gate  chain
}

func (*gru) name() string { return "gru" }
func (*gru) gates() int   { return 3 }
func (*gru) states() int  { return 1 }

// parts: the gates z and r have a product of their own unless the reset comes
// after it.
func (o *gru) parts() []int {
	if o.resetAfter {
		return []int{3}
	}
	return []int{2, 1}
}

func (o *gru) step(b *Builder, xz, bias *Value, states []*Value, act, gate Elementwise, product Product) []*Value {
	return b.GRUStep(xz, bias, states, o.resetAfter, act, gate, product)
}

// GRUStep adds one step of a GRU: xz is the input's share, the input's bias in
// it; bias, which may be nil, is that of the recurrent product when the reset
// comes after it; the state is h.
func (b *Builder) GRUStep(xz, bias *Value, states []*Value, resetAfter bool, act, gate Elementwise, product Product) []*Value {
	if b.err != nil {
		return []*Value{b.invalid()}
	}
	h := states[0]
	u := h.Shape[1]
	xh := b.SliceLast(xz, 2*u, 3*u)
	var zr, hh *Value
	if resetAfter {
		hz := product(b, h, 0, 3)
		if bias != nil {
			hz = b.Add(hz, bias)
		}
		zr = gate.apply(b, b.Add(b.SliceLast(xz, 0, 2*u), b.SliceLast(hz, 0, 2*u)))
		hh = b.Add(xh, b.Mul(b.SliceLast(zr, u, 2*u), b.SliceLast(hz, 2*u, 3*u)))
	} else {
		zr = gate.apply(b, b.Add(b.SliceLast(xz, 0, 2*u), product(b, h, 0, 2)))
		hh = b.Add(xh, product(b, b.Mul(b.SliceLast(zr, u, 2*u), h), 2, 3))
	}
	z := b.SliceLast(zr, 0, u)
	hh = act.apply(b, hh)
	return []*Value{b.Add(hh, b.Mul(z, b.Sub(h, hh)))}
}

func (o *gru) advance(g *rnnFrame, lo, hi int) {
	u := g.units
	rows := hi - lo
	h, x := g.h[lo*u:hi*u], g.z[lo*3*u:hi*3*u]
	if !o.resetAfter {
		o.advanceBefore(g, h, x, rows)
		return
	}
	z := g.scratch[:rows*3*u]
	p := g.product(0, h, z, rows, 3*u)
	p.Bias = g.rbias
	p.Run()
	for b := range rows {
		h, x, z := h[b*u:][:u], x[b*3*u:][:3*u], z[b*3*u:][:3*u]
		if o.standard {
			kernel.GRUCell(h, x, z, u)
			continue
		}
		kernel.Add(x[:2*u], x[:2*u], z[:2*u])
		o.gate.apply(x[:2*u])
		kernel.MulAdd(z[2*u:], z[2*u:], x[u:2*u], x[2*u:])
		o.mix(h, x, z[2*u:])
	}
}

// runBefore is run with the reset before the product.
func (o *gru) advanceBefore(g *rnnFrame, h, x []float32, rows int) {
	u := g.units
	p := g.product(0, h, x, rows, 3*u)
	p.Accumulate = true
	p.Run()
	reset := g.scratch[:rows*u]
	for b := range rows {
		o.gate.apply(x[b*3*u:][:2*u])
		kernel.Mul(reset[b*u:][:u], h[b*u:][:u], x[b*3*u+u:][:u])
	}
	p = g.product(1, reset, x[2*u:], rows, 3*u)
	p.Accumulate = true
	p.Run()
	for b := range rows {
		x := x[b*3*u:][:3*u]
		o.mix(h[b*u:][:u], x, x[2*u:])
	}
}

// mix makes h of the update gate z, the first of x, and what hh is before its
// activation: z·h + (1-z)·hh.
func (o *gru) mix(h, x, hh []float32) {
	o.act.apply(hh)
	kernel.Sub(h, h, hh)
	kernel.MulAdd(h, h, x[:len(h)], hh)
}

// GRU adds a gated recurrent unit over x (batch, time, features), from which
// come y, (batch, time, units) or (batch, units), and the last state.
func (b *Builder) GRU(x *Value, r Recurrence, resetAfter bool) (y *Value, states []*Value) {
	o := &gru{resetAfter: resetAfter, standard: resetAfter && r.Activation.is(tanhKind) && r.Gate.is(sigmoidKind)}
	o.act, _ = chainOf(r.Activation)
	o.gate, _ = chainOf(r.Gate)
	return b.recur(o, x, r)
}
