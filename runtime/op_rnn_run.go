package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// rnnBlock is how many rows of the batch one part of a recurrent operation
// takes through time: as many as the product computes at once.
const rnnBlock = 6

// rnnAhead is how many rows the input's product has at least, if there are as
// many: it runs ahead of the recurrent one by so many steps.
const rnnAhead = 48

// rnn is a recurrent operation on concrete shapes.
type rnn struct {
	o                 *recurrent
	x, y              operand
	w                 matrix
	u                 []matrix // by part of the cell
	bias, rbias, mask *operand
	init, states      []operand
	batch, time       int
	features, units   int
	columns           int // gates times units
	rows              int // of one part
}

// matrix is an operand to multiply with: packed at compile time when it is
// constant, else at each call.
type matrix struct {
	operand
	k, n, stride, at int
	packed           *kernel.Packed
}

func (a *operands) matrix(o operand, k, n, stride, at int) matrix {
	m := matrix{operand: o, k: k, n: n, stride: stride, at: at}
	if t := o.constant(); t != nil {
		m.packed = a.packed(t, k, n, stride, 1, at)
	}
	return m
}

// rnnFrame is the state of a recurrent operation while it runs over some rows.
type rnnFrame struct {
	*rnn
	w       *kernel.Packed
	u       [2]*kernel.Packed
	h, c    []float32 // the states of the rows
	rbias   []float32
	z       []float32 // the input's share of the step
	scratch []float32 // columns for each row
}

// rnnState is what a session keeps: the weights that are not constant, packed.
type rnnState struct{ packs []kernel.Packed }

func (o *recurrent) prepare(a *operands) (task, error) {
	x := a.in[0].Shape
	r := &rnn{o: o, x: a.in[0], y: a.out[0], states: a.out[1:], batch: x[0], time: x[1], features: x[2], units: o.units, columns: o.gates() * o.units}
	if r.batch == 0 {
		return task{}, nil
	}
	r.w = a.matrix(a.in[1], r.features, r.columns, r.columns, 0)
	first := 0
	for _, gates := range o.parts() {
		r.u = append(r.u, a.matrix(a.in[2], r.units, gates*r.units, r.columns, first*r.units))
		first += gates
	}
	rest := a.in[3:]
	for _, at := range []struct {
		there bool
		to    **operand
	}{{o.bias, &r.bias}, {o.recurrentBias, &r.rbias}, {o.masked, &r.mask}} {
		if at.there {
			*at.to, rest = &rest[0], rest[1:]
		}
	}
	r.init = rest
	r.rows = min(rnnBlock, r.batch)
	constant := r.w.packed != nil && r.u[0].packed != nil
	if !constant {
		r.rows = r.batch
	}
	return r.task(constant), nil
}

func (r *rnn) task(constant bool) task {
	k := task{parts: (r.batch + r.rows - 1) / r.rows}
	k.cost = 2 * float64(r.batch) * float64(r.time) * float64(r.columns) * float64(r.features+r.units)
	k.weights = 4 * float64(r.time) * float64(r.columns) * float64(r.features+r.units)
	// A goroutine may take all rows at once, or a few; see room.
	k.scratch = r.columns * min((max(r.time, 1)+1)*r.batch, max(rnnAhead, r.batch)+r.batch)
	k.run = func(f *frame, lo, hi int) { r.run(f, lo*r.rows, min(hi*r.rows, r.batch)) }
	if !constant {
		k.state = func() any { return r.newState() }
		for _, m := range append([]matrix{r.w}, r.u...) {
			k.kept += 4 * kernel.PackedLen(m.k, m.n)
		}
	}
	return k
}

// steps returns how many steps the input's product runs ahead with n rows.
func (r *rnn) steps(n int) int { return max(1, min(r.time, rnnAhead/n)) }

// room is the working memory for n rows: the input's share of the steps, and a
// row of columns.
func (r *rnn) room(n int) int { return (r.steps(n) + 1) * n * r.columns }

func (r *rnn) newState() *rnnState {
	s := &rnnState{}
	for _, m := range append([]matrix{r.w}, r.u...) {
		p := kernel.Packed{K: m.k, N: m.n}
		if m.packed == nil {
			p.Data = kernel.AlignedFloats(kernel.PackedLen(m.k, m.n))
		}
		s.packs = append(s.packs, p)
	}
	return s
}

// pack returns matrix i of the operation, packed.
func (m *matrix) pack(f *frame, s *rnnState, i int) *kernel.Packed {
	if m.packed != nil {
		return m.packed
	}
	p := &s.packs[i]
	f.pack(p.Data, f.f32(m.operand)[m.at:], m.k, m.n, m.stride, 1)
	return p
}

// run takes the rows lo <= b < hi of the batch through time.
func (r *rnn) run(f *frame, lo, hi int) {
	n := hi - lo
	var s *rnnState
	if r.w.packed == nil || r.u[0].packed == nil {
		s = f.state().(*rnnState)
	}
	g := rnnFrame{rnn: r, w: r.w.pack(f, s, 0), h: f.f32(r.states[0])[lo*r.units : hi*r.units]}
	for i := range r.u {
		g.u[i] = r.u[i].pack(f, s, 1+i)
	}
	if r.rbias != nil {
		g.rbias = f.f32(*r.rbias)
	}
	for i, o := range r.states {
		state := f.f32(o)[lo*r.units : hi*r.units]
		if i == 1 {
			g.c = state
		}
		if i < len(r.init) {
			copy(state, f.f32(r.init[i])[lo*r.units:])
		} else {
			clear(state)
		}
	}
	ahead := r.steps(n)
	scratch := f.floats(r.room(n))
	z := scratch[:ahead*n*r.columns]
	g.scratch = scratch[len(z):]
	if !r.o.sequences {
		clear(f.f32(r.y)[lo*r.units : hi*r.units])
	}
	for done := 0; done < r.time; done += ahead {
		steps := min(ahead, r.time-done)
		first := done
		if r.o.reverse {
			first = r.time - done - steps
		}
		r.project(f, g.w, z, lo, n, first, steps)
		for k := range steps {
			at := k
			if r.o.reverse {
				at = steps - 1 - k
			}
			g.z = z[at*n*r.columns:][:n*r.columns]
			r.step(f, &g, lo, n, first+at)
			if f.expired() {
				return
			}
		}
	}
	if !r.o.sequences && r.mask == nil {
		copy(f.f32(r.y)[lo*r.units:hi*r.units], g.h)
	}
}

// project computes the input's share of some steps, z[step, row], but of those that
// are masked at the ends, which nobody reads. Few rows are multiplied over time, many at
// each step.
func (r *rnn) project(f *frame, w *kernel.Packed, z []float32, lo, n, first, steps int) {
	x := f.f32(r.x)
	g := kernel.Gemm{B: w, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
	if r.bias != nil {
		g.Bias = f.f32(*r.bias)
	}
	if steps > n {
		g.LDA, g.LDC = r.features, n*r.columns
		for b := range n {
			from, to := r.alive(f, lo+b, first, first+steps)
			if g.M = to - from; g.M > 0 {
				g.A, g.C = x[((lo+b)*r.time+from)*r.features:], z[((from-first)*n+b)*r.columns:]
				g.Run()
			}
		}
		return
	}
	g.LDA, g.LDC = r.time*r.features, r.columns
	for k := range steps {
		from, to := 0, n
		for from < to && !r.live(f, lo+from, first+k) {
			from++
		}
		for from < to && !r.live(f, lo+to-1, first+k) {
			to--
		}
		if g.M = to - from; g.M > 0 {
			g.A, g.C = x[((lo+from)*r.time+first+k)*r.features:], z[(k*n+from)*r.columns:]
			g.Run()
		}
	}
}

// live reports whether step t of row b is not masked.
func (r *rnn) live(f *frame, b, t int) bool {
	return r.mask == nil || f.bools(*r.mask)[b*r.time+t]
}

// alive returns the steps of row b from the first that is not masked to the last.
func (r *rnn) alive(f *frame, b, from, to int) (first, end int) {
	for from < to && !r.live(f, b, from) {
		from++
	}
	for from < to && !r.live(f, b, to-1) {
		to--
	}
	return from, to
}

// step runs step t of n rows from lo on, and writes its output.
func (r *rnn) step(f *frame, g *rnnFrame, lo, n, t int) {
	if r.mask == nil {
		g.advance(0, n)
		if r.o.sequences {
			y := f.f32(r.y)
			for b := range n {
				copy(y[((lo+b)*r.time+t)*r.units:][:r.units], g.h[b*r.units:])
			}
		}
		return
	}
	mask := f.bools(*r.mask)
	live := func(b int) bool { return b < n && mask[(lo+b)*r.time+t] }
	for b := 0; b < n; {
		end := b
		for live(end) {
			end++
		}
		if end > b {
			g.advance(b, end)
		}
		for b = max(end, b); b < n && !live(b); {
			b++
		}
	}
	for b := range n {
		r.emit(f, g, lo, b, t, live(b))
	}
}

// emit writes row b's output of a step that may be masked.
func (r *rnn) emit(f *frame, g *rnnFrame, lo, b, t int, live bool) {
	y := f.f32(r.y)
	previous := (lo + b) * r.units // where the output before this one lies
	at := previous
	if r.o.sequences {
		at = ((lo+b)*r.time + t) * r.units
		previous = at - r.units
		if r.o.reverse {
			previous = at + r.units
		}
	}
	out := y[at : at+r.units]
	first := !r.o.reverse && t == 0 || r.o.reverse && t == r.time-1
	switch {
	case live:
		copy(out, g.h[b*r.units:])
	case r.o.zeroMask || first:
		clear(out)
	case previous != at:
		copy(out, y[previous:])
	}
}

// product is that of a, which has the rows' length, with part i of the recurrent
// weights. Its rows go to c, length apart.
func (g *rnnFrame) product(i int, a, c []float32, rows, length int) kernel.Gemm {
	return kernel.Gemm{A: a, LDA: g.units, M: rows, B: g.u[i], C: c, LDC: length, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
}
