package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// tape is a recurrence in training: it keeps of every step what the gradient
// needs. Inputs are the input's share of all steps (time, batch, gates·units), the
// recurrent weights, the first states, and the recurrent product's bias if there is one.
// Outputs are the gates behind their activations (time, batch, gates·units), h before and
// after every step (time+1, batch, units), and one more value for the gradient: of an
// LSTM c before and after every step, of a GRU the product that the reset gate multiplies
// (time, batch, units). Time comes first so that a step's rows lie together.
type tape struct {
	cell    taped
	units   int
	reverse bool
	bias    bool
}

// taped is a cell with standard activations that a tape can run.
type taped interface {
	cell
	tapes() bool
}

func (o *tape) name() string { return o.cell.name() + "_tape" }

func (o *tape) infer(in []Type) ([]Type, error) {
	x, columns := in[0].Shape, o.cell.gates()*o.units
	want := []Shape{{Unknown, Unknown, columns}, {o.units, columns}}
	for range o.cell.states() {
		want = append(want, Shape{x[1], o.units})
	}
	if o.bias {
		want = append(want, Shape{columns})
	}
	for i, s := range want {
		if in[i].DType != Float32 || !mayEqual(in[i].Shape, s) {
			return nil, &ShapeError{Wanted: Type{Float32, s}.String(), Received: in[i].String()}
		}
	}
	steps := x[0]
	if steps >= 0 {
		steps++
	}
	states := Type{Float32, Shape{steps, x[1], o.units}}
	out := []Type{in[0], states, states}
	if o.cell.states() == 1 {
		out[2].Shape = Shape{x[0], x[1], o.units}
	}
	return out, nil
}

func (*tape) keepsRows(*node, []bool) bool { return false }

// overwrites lets the gates lie where the input's share was.
func (o *tape) overwrites(*node) []int { return []int{0} }

// taping is a tape, or its gradient, on concrete shapes.
type taping struct {
	*tape
	gates, h, extra, u    operand
	batch, time, columns  int
	rows                  int // of one part
	from, cotangents, out []operand
}

// newTaping splits the rows over the goroutines that there are: a part packs the weights for itself.
func (o *tape) newTaping(a *operands, gates, h, extra, u operand) *taping {
	p := &taping{tape: o, gates: gates, h: h, extra: extra, u: u, batch: gates.Shape[1], time: gates.Shape[0], columns: o.cell.gates() * o.units}
	threads := max(1, a.shared.threads)
	p.rows = max(1, (p.batch+threads-1)/threads)
	return p
}

// task runs rows from lo to hi through time.
func (p *taping) task(scratch int, run func(f *frame, lo, hi int)) task {
	if p.batch == 0 {
		return task{}
	}
	return task{parts: (p.batch + p.rows - 1) / p.rows, cost: 2 * float64(p.batch) * float64(p.time) * float64(p.columns) * float64(p.units),
		weights: 4 * float64(p.time) * float64(p.columns) * float64(p.units), scratch: scratch,
		run: func(f *frame, lo, hi int) { run(f, lo*p.rows, min(hi*p.rows, p.batch)) }}
}

// at returns the k-th step that is run, and where the states before and after it are.
func (p *taping) at(k int) (t, before, after int) {
	if p.reverse {
		t = p.time - 1 - k
		return t, t + 1, t
	}
	return k, k, k + 1
}

// stepOf returns what o, (time, batch, n), holds for step t of row b.
func (f *frame) stepOf(o operand, b, t int) []float32 {
	n := o.Shape[2]
	return f.f32(o)[(t*o.Shape[1]+b)*n:][:n]
}

func (o *tape) prepare(a *operands) (task, error) {
	p := o.newTaping(a, a.out[0], a.out[1], a.out[2], a.in[1])
	p.from = a.in
	// One goroutine may take all rows: the weights, and the rows' products.
	return p.task(kernel.PackedLen(p.units, p.columns)+p.batch*p.columns, p.run), nil
}

// run takes the rows lo <= b < hi through time.
func (p *taping) run(f *frame, lo, hi int) {
	w := kernel.Packed{K: p.units, N: p.columns}
	size := kernel.PackedLen(w.K, w.N)
	scratch := f.floats(size + (hi-lo)*p.columns)
	w.Data = scratch[:size]
	f.pack(w.Data, f.f32(p.u), w.K, w.N, w.N, 1)
	_, first, _ := p.at(0)
	for b := lo; b < hi; b++ {
		copy(f.stepOf(p.h, b, first), f.f32(p.from[2])[b*p.units:])
		if p.cell.states() == 2 {
			copy(f.stepOf(p.extra, b, first), f.f32(p.from[3])[b*p.units:])
		}
	}
	p.fetch(f, lo, hi)
	for k := 0; k < p.time && !f.expired(); k++ {
		switch p.cell.(type) {
		case *lstm:
			p.stepLSTM(f, &w, lo, hi, k)
		case *gru:
			p.stepGRU(f, &w, scratch[size:], lo, hi, k)
		}
	}
}

// fetch brings rows of the first input to where the gates are, if it is not written over.
func (p *taping) fetch(f *frame, lo, hi int) {
	x, gates := f.f32(p.from[0]), f.f32(p.gates)
	if p.time == 0 || &x[0] == &gates[0] {
		return
	}
	for t := range p.time {
		n := t * p.batch
		copy(gates[(n+lo)*p.columns:(n+hi)*p.columns], x[(n+lo)*p.columns:])
	}
}

// product is that of rows of h before a step with the recurrent weights.
func (p *taping) product(f *frame, w *kernel.Packed, lo, hi, before int) kernel.Gemm {
	return kernel.Gemm{A: f.f32(p.h)[(before*p.batch+lo)*p.units:], LDA: p.units, M: hi - lo, B: w, LDC: p.columns,
		Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
}

// tape adds a recurrence that can be derived fast, over x (batch, time, features).
func (b *Builder) tape(o *tape, x *Value, r Recurrence) (y *Value, states []*Value) {
	if b.err == nil && x.Rank() != 3 {
		b.Fail(&ShapeError{Where: b.Scope, What: o.name(), Wanted: "(batch, time, features)", Received: x.Shape.String()})
	}
	xz := r.share(b, b.Transpose(x, 1, 0, 2))
	in := append([]*Value{xz, r.Recurrent}, r.Init...)
	for len(in) < 2+o.cell.states() {
		in = append(in, b.Fill(xz, 0, CopyAxis(1), o.units))
	}
	if o.bias {
		in = append(in, r.RecurrentBias)
	}
	out := b.applyAll(o, in...)
	last := Range{-1, End, 1}
	if o.reverse {
		last = Range{0, 1, 1}
	}
	for _, v := range out[1 : 1+o.cell.states()] {
		states = append(states, b.Squeeze(b.Slice(v, last), 0))
	}
	if !r.Sequences {
		return states[0], states
	}
	return b.Transpose(b.steps(out[1], o.reverse, false), 1, 0, 2), states
}
