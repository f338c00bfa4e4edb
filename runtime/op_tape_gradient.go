package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// tapeBack is the gradient of a tape but for the weights. Inputs are the tape's
// outputs, the recurrent weights, and those of the cotangents of h and of the states beside it that there are.
// Outputs are the cotangents of the input's share, of the first states, and of
// a GRU's recurrent product, which is an LSTM's input share itself.
type tapeBack struct {
	tape
	dh, dc bool
}

func (o *tapeBack) name() string { return o.tape.name() + "_gradient" }

func (o *tapeBack) infer(in []Type) ([]Type, error) {
	state := Type{Float32, Shape{in[0].Shape[1], o.units}}
	if o.cell.states() == 2 {
		return []Type{in[0], state, state}, nil
	}
	return []Type{in[0], state, in[0]}, nil
}

func (*tapeBack) keepsRows(*node, []bool) bool { return false }

// overwrites lets the cotangents lie where the gates were.
func (*tapeBack) overwrites(*node) []int { return []int{0} }

// gradient: models are derived once.
func (o *tapeBack) gradient(b *Builder, n *node, _ []*Value) []*Value {
	b.Fail(&ShapeError{Where: n.scope, What: o.name(), Wanted: "a recurrence that is derived once", Received: "a second derivative"})
	return make([]*Value, len(n.in))
}

// gradient gives the products over all steps at once what is summed over them.
func (o *tape) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if dout[0] != nil || dout[2] != nil && o.cell.states() == 1 {
		b.Fail(&ShapeError{Where: n.scope, What: o.name(), Wanted: "cotangents of states", Received: "those of gates"})
		return make([]*Value, len(n.in))
	}
	back := &tapeBack{tape: *o, dh: dout[1] != nil, dc: dout[2] != nil}
	in := append(n.out[:3:3], n.in[1])
	for _, d := range dout[1:] {
		if d != nil {
			in = append(in, d)
		}
	}
	out := b.applyAll(back, in...)
	if b.err != nil {
		return make([]*Value, len(n.in))
	}
	dx, dz := out[0], out[0]
	din := []*Value{dx, nil, out[1]}
	if o.cell.states() == 2 {
		din = append(din, out[2])
	} else {
		dz = out[2]
	}
	before := b.steps(n.out[1], o.reverse, true)
	rows := func(v *Value) *Value { return b.Reshape(v, Infer, v.Shape[2]) }
	din[1] = b.MatMulT(rows(before), rows(dz), true, false)
	if o.bias {
		din = append(din, b.SumTo(dz, n.in[len(n.in)-1]))
	}
	return din
}

// steps returns the states before or after every step.
func (b *Builder) steps(states *Value, reverse, before bool) *Value {
	if reverse != before {
		return b.Slice(states, Range{0, -1, 1})
	}
	return b.Slice(states, Range{1, End, 1})
}

func (o *tapeBack) prepare(a *operands) (task, error) {
	p := o.newTaping(a, a.out[0], a.in[1], a.in[2], a.in[3])
	p.from, p.out, p.cotangents = a.in, a.out, a.in[4:]
	return p.task(kernel.PackedLen(p.columns, p.units), func(f *frame, lo, hi int) { p.back(f, o, lo, hi) }), nil
}

// back takes the rows lo <= b < hi back through time.
func (p *taping) back(f *frame, o *tapeBack, lo, hi int) {
	w := kernel.Packed{K: p.columns, N: p.units}
	w.Data = f.floats(kernel.PackedLen(w.K, w.N))
	f.pack(w.Data, f.f32(p.u), w.K, w.N, 1, p.columns)
	p.fetch(f, lo, hi)
	dz, states := p.gates, p.out[1:2] // the cotangents that the recurrent product gets, and those of the states
	if p.cell.states() == 2 {
		states = p.out[1:3]
	} else {
		dz = p.out[2]
	}
	for _, s := range states {
		clear(f.f32(s)[lo*p.units : hi*p.units])
	}
	_, first, _ := p.at(0)
	for k := p.time - 1; k >= 0 && !f.expired(); k-- {
		t, before, after := p.at(k)
		p.receive(f, o, states, lo, hi, after)
		for b := lo; b < hi; b++ {
			gates, dh := f.stepOf(p.gates, b, t), f.f32(states[0])[b*p.units:]
			switch p.cell.(type) {
			case *lstm:
				kernel.LSTMCellGrad(gates, f.f32(states[1])[b*p.units:], dh, f.stepOf(p.extra, b, before), f.stepOf(p.extra, b, after), p.units)
			case *gru:
				kernel.GRUCellGrad(gates, f.stepOf(dz, b, t), dh, f.stepOf(p.extra, b, t), f.stepOf(p.h, b, before), p.units)
			}
		}
		g := kernel.Gemm{A: f.f32(dz)[(t*p.batch+lo)*p.columns:], LDA: p.columns, M: hi - lo, B: &w,
			C: f.f32(states[0])[lo*p.units:], LDC: p.units, Accumulate: p.cell.states() == 1,
			Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
		g.Run()
	}
	p.receive(f, o, states, lo, hi, first)
}

// receive adds the cotangents that states get from behind the loop.
func (p *taping) receive(f *frame, o *tapeBack, states []operand, lo, hi, at int) {
	from := p.cotangents
	for i, there := range [2]bool{o.dh, o.dc} {
		if !there {
			continue
		}
		for b := lo; b < hi; b++ {
			d := f.f32(states[i])[b*p.units:][:p.units]
			kernel.Add(d, d, f.stepOf(from[0], b, at))
		}
		from = from[1:]
	}
}
