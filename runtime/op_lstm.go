package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// lstm is the cell of Hochreiter and Schmidhuber 1997 with a forget gate (Gers
// et al. 2000), gates in the order i, f, c, o. Its states are h and c.
type lstm struct {
	standard  bool // sigmoid gates and tanh, which are one kernel
	act, gate chain
}

func (*lstm) name() string { return "lstm" }
func (*lstm) gates() int   { return 4 }
func (*lstm) parts() []int { return []int{4} }
func (*lstm) states() int  { return 2 }

func (*lstm) step(b *Builder, xz, _ *Value, states []*Value, act, gate Elementwise, product Product) []*Value {
	return b.LSTMStep(xz, states, act, gate, product)
}

// LSTMStep adds one step of an LSTM: xz is the input's share, the bias in it,
// states are h and c; so is the result. Units are the last axis, of however many.
func (b *Builder) LSTMStep(xz *Value, states []*Value, act, gate Elementwise, product Product) []*Value {
	if b.err != nil {
		return []*Value{b.invalid(), b.invalid()}
	}
	h, c := states[0], states[1]
	u := h.Shape[h.Rank()-1]
	z := b.Add(xz, product(b, h, 0, 4))
	i, f := gate.apply(b, b.SliceLast(z, 0, u)), gate.apply(b, b.SliceLast(z, u, 2*u))
	c = b.Add(b.Mul(f, c), b.Mul(i, act.apply(b, b.SliceLast(z, 2*u, 3*u))))
	o := gate.apply(b, b.SliceLast(z, 3*u, 4*u))
	return []*Value{b.Mul(o, act.apply(b, c)), c}
}

func (f Elementwise) apply(b *Builder, x *Value) *Value {
	if f == nil {
		return x
	}
	return f(b, x)
}

func (o *lstm) advance(g *rnnFrame, lo, hi int) {
	u := g.units
	z := g.z[lo*4*u : hi*4*u]
	p := g.product(0, g.h[lo*u:], z, hi-lo, 4*u)
	p.Accumulate = true
	p.Run()
	for b := range hi - lo {
		h, c, z := g.h[(lo+b)*u:][:u], g.c[(lo+b)*u:][:u], z[b*4*u:][:4*u]
		if o.standard {
			kernel.LSTMCell(h, c, z, u)
			continue
		}
		o.gate.apply(z[:2*u])
		o.act.apply(z[2*u : 3*u])
		o.gate.apply(z[3*u:])
		kernel.Mul(z[:u], z[:u], z[2*u:3*u])
		kernel.MulAdd(c, z[u:2*u], c, z[:u])
		copy(h, c)
		o.act.apply(h)
		kernel.Mul(h, h, z[3*u:])
	}
}

// LSTM adds a long short-term memory over x (batch, time, features), from which
// come y, (batch, time, units) or (batch, units), and the last states h and c.
func (b *Builder) LSTM(x *Value, r Recurrence) (y *Value, states []*Value) {
	o := &lstm{standard: r.Activation.is(tanhKind) && r.Gate.is(sigmoidKind)}
	o.act, _ = chainOf(r.Activation)
	o.gate, _ = chainOf(r.Gate)
	return b.recur(o, x, r)
}
