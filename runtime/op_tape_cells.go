package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// tapes reports whether a tape knows the cell.
func (o *lstm) tapes() bool { return o.standard }

func (o *gru) tapes() bool { return o.standard }

// stepLSTM runs the k-th step of an LSTM. The gates hold the input's share.
func (p *taping) stepLSTM(f *frame, w *kernel.Packed, lo, hi, k int) {
	t, before, after := p.at(k)
	u := p.units
	g := p.product(f, w, lo, hi, before)
	g.C, g.Accumulate = f.f32(p.gates)[(t*p.batch+lo)*p.columns:], true
	g.Run()
	for b := lo; b < hi; b++ {
		z, c, h := f.stepOf(p.gates, b, t), f.stepOf(p.extra, b, after), f.stepOf(p.h, b, after)
		kernel.Sigmoid(z[:2*u], z[:2*u])
		kernel.Tanh(z[2*u:3*u], z[2*u:3*u])
		kernel.Sigmoid(z[3*u:], z[3*u:])
		kernel.Mul(c, z[:u], z[2*u:3*u])
		kernel.MulAdd(c, z[u:2*u], f.stepOf(p.extra, b, before), c)
		kernel.Tanh(h, c)
		kernel.Mul(h, h, z[3*u:])
	}
}

// lstm is a step back of an LSTM: it makes the cotangents of the gates' sums of the
// gates z, and that of c before the step of that of c after it.
func (s *carry) lstm(z, before, after []float32) {
	u := len(before)
	i, forget, g, o := z[:u], z[u:2*u], z[2*u:3*u], z[3*u:]
	tanh, d, e := s.t[0], s.t[1], s.t[2]
	kernel.Tanh(tanh, after)
	kernel.Mul(d, s.dh, tanh)
	kernel.Mul(e, s.dh, o)
	kernel.SigmoidGrad(o, o, d)
	kernel.TanhGrad(e, tanh, e)
	kernel.Add(s.dc, s.dc, e)
	kernel.Mul(d, s.dc, g)
	kernel.Mul(e, s.dc, i)
	kernel.SigmoidGrad(i, i, d)
	kernel.TanhGrad(g, g, e)
	kernel.Mul(d, s.dc, before)
	kernel.Mul(s.dc, s.dc, forget)
	kernel.SigmoidGrad(forget, forget, d)
}

// stepGRU runs the k-th step of a GRU. The gates hold the input's share; hz is
// working memory for the recurrent one.
func (p *taping) stepGRU(f *frame, w *kernel.Packed, hz []float32, lo, hi, k int) {
	t, before, after := p.at(k)
	u := p.units
	g := p.product(f, w, lo, hi, before)
	g.C = hz
	if p.bias {
		g.Bias = f.f32(p.from[len(p.from)-1])
	}
	g.Run()
	for b := lo; b < hi; b++ {
		x, hz := f.stepOf(p.gates, b, t), hz[(b-lo)*p.columns:][:p.columns]
		h, hh := f.stepOf(p.h, b, after), x[2*u:]
		kernel.Add(x[:2*u], x[:2*u], hz[:2*u])
		kernel.Sigmoid(x[:2*u], x[:2*u])
		kernel.MulAdd(hh, x[u:2*u], hz[2*u:], hh)
		kernel.Tanh(hh, hh)
		copy(f.stepOf(p.extra, b, t), hz[2*u:])
		kernel.Sub(h, f.stepOf(p.h, b, before), hh)
		kernel.MulAdd(h, x[:u], h, hh)
	}
}

// gru is a step back of a GRU: it makes the cotangents of the input's share of the
// gates x, those of the recurrent share in dz, and that of h before the step, but for
// the product, of that of h after it. q is what the reset gate multiplied.
func (s *carry) gru(x, dz, q, before []float32) {
	u := len(q)
	z, r, hh := x[:u], x[u:2*u], x[2*u:]
	d, e := s.t[0], s.t[1]
	kernel.Sub(d, before, hh)
	kernel.Mul(d, d, s.dh)
	kernel.Mul(e, s.dh, z)
	kernel.Sub(s.dh, s.dh, e)
	kernel.TanhGrad(hh, hh, s.dh)
	copy(s.dh, e)
	kernel.SigmoidGrad(z, z, d)
	kernel.Mul(d, hh, q)
	kernel.Mul(dz[2*u:], hh, r)
	kernel.SigmoidGrad(r, r, d)
	copy(dz, x[:2*u])
}
