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
