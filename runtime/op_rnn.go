package runtime

import (
	"fmt"
	"slices"
)

// Recurrence says how a recurrent operation (LSTM, GRU, SimpleRNN) runs over
// time. Only the weights must be given.
type Recurrence struct {
	Kernel        *Value   // (features, gates·units)
	Recurrent     *Value   // (units, gates·units)
	Bias          *Value   // (gates·units); nil is zero
	RecurrentBias *Value   // (gates·units), of a GRU that resets after the product; nil is zero
	Init          []*Value // the states before the first step, each (batch, units); nil is zero

	// Mask is bool (batch, time): a step where it is false leaves the states as
	// they are, and repeats the output before it, zero at first.
	Mask       *Value
	ZeroMasked bool // a masked step's output is zero instead

	Reverse    bool // from the last step to the first
	Sequences  bool // every step's output, not only the last one's
	Activation Elementwise
	Gate       Elementwise // activation of the gates

	// Differentiable builds a loop of single steps at once, where the fused form
	// would be followed by one for the gradient.
	Differentiable bool
}

// Elementwise builds an activation function.
type Elementwise func(b *Builder, x *Value) *Value

// Product returns h times the columns of the recurrent weights that belong to
// the gates from <= g < to.
type Product func(b *Builder, h *Value, from, to int) *Value

// cell is what differs between the recurrent operations.
type cell interface {
	name() string
	gates() int
	states() int

	// parts says how many gates each recurrent product has.
	parts() []int

	// step builds one step: xz is the input's share (batch, gates·units).
	step(b *Builder, xz, bias *Value, states []*Value, act, gate Elementwise, product Product) []*Value
}

// advance takes rows of the batch one step further. It is a switch and not a
// method of cell because the frame would have to be allocated for that.
func (g *rnnFrame) advance(lo, hi int) {
	switch c := g.o.cell.(type) {
	case *lstm:
		c.advance(g, lo, hi)
	case *gru:
		c.advance(g, lo, hi)
	case *simpleRNN:
		c.advance(g, lo, hi)
	}
}

// recurrent is a whole recurrent layer: the input's share of many steps as one
// product, then step by step the recurrent product and the cell.
type recurrent struct {
	cell
	form
	activation, gate Elementwise
}

// form says which inputs a recurrent operation has and how it runs over time.
type form struct {
	units                        int
	bias, recurrentBias, masked  bool
	reverse, sequences, zeroMask bool
}

// inputs sorts the operation's inputs: x, kernel and recurrent, then those that
// there are of bias, recurrent bias, mask, and the first states.
func (o *recurrent) inputs(in []*Value) (x *Value, r Recurrence) {
	r = Recurrence{Kernel: in[1], Recurrent: in[2], ZeroMasked: o.zeroMask, Reverse: o.reverse, Sequences: o.sequences,
		Activation: o.activation, Gate: o.gate}
	rest := in[3:]
	take := func(there bool) (v *Value) {
		if there {
			v, rest = rest[0], rest[1:]
		}
		return v
	}
	r.Bias, r.RecurrentBias, r.Mask = take(o.bias), take(o.recurrentBias), take(o.masked)
	if len(rest) > 0 {
		r.Init = rest
	}
	return in[0], r
}

func (o *recurrent) factorRows(n *node, i int) int {
	if i == 1 || i == 2 && len(o.parts()) == 1 {
		return n.in[i].Shape[0]
	}
	return 0
}

func (o *recurrent) infer(in []Type) ([]Type, error) {
	x := in[0].Shape
	if len(x) != 3 || in[0].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32 (batch, time, features)", Received: in[0].String()}
	}
	columns := o.gates() * o.units
	want := []Shape{{x[2], columns}, {o.units, columns}}
	if o.bias {
		want = append(want, Shape{columns})
	}
	if o.recurrentBias {
		want = append(want, Shape{columns})
	}
	if o.masked {
		want = append(want, x[:2])
	}
	for len(want) < len(in)-1 {
		want = append(want, Shape{x[0], o.units})
	}
	for i, s := range want {
		if !mayEqual(in[i+1].Shape, s) {
			return nil, &ShapeError{Wanted: fmt.Sprintf("%s as input %d", s, i+1), Received: in[i+1].Shape.String()}
		}
	}
	state := Type{Float32, Shape{x[0], o.units}}
	y := state
	if o.sequences {
		y.Shape = Shape{x[0], x[1], o.units}
	}
	out := []Type{y}
	for range o.states() {
		out = append(out, state)
	}
	return out, nil
}

func (o *recurrent) keepsRows(_ *node, rows []bool) bool {
	weights := 3
	for _, there := range []bool{o.bias, o.recurrentBias} {
		if there {
			weights++
		}
	}
	return rows[0] && !slices.Contains(rows[1:weights], true) && !slices.Contains(rows[weights:], false)
}

// gradient is that of the loop of single steps.
func (o *recurrent) gradient(b *Builder, n *node, dout []*Value) []*Value {
	// Derive by aliases of the inputs, so that nothing flows further back here.
	in := make([]*Value, len(n.in))
	for i, v := range n.in {
		in[i] = b.alias(v)
	}
	x, r := o.inputs(in)
	y, states := b.unfused(o.cell, o.units, x, r)
	var ys, dys []*Value
	for i, v := range append([]*Value{y}, states...) {
		if dout[i] != nil {
			ys, dys = append(ys, v), append(dys, dout[i])
		}
	}
	return Gradient(b, ys, dys, in)
}

// alias adds another name for a value.
func (b *Builder) alias(v *Value) *Value {
	sizes := make([]int, v.Rank())
	for i := range sizes {
		sizes[i] = CopyAxis(i)
	}
	return b.Reshape(v, sizes...)
}

// recur adds a recurrent operation, fused if it can be.
func (b *Builder) recur(c cell, x *Value, r Recurrence) (y *Value, states []*Value) {
	if b.err == nil && (r.Recurrent.Rank() != 2 || r.Recurrent.Shape[0] < 1) {
		b.Fail(&ShapeError{Where: b.Scope, What: c.name(), Wanted: "recurrent weights (units, gates·units)", Received: r.Recurrent.Shape.String()})
	}
	if b.err != nil {
		return b.invalid(), slices.Repeat([]*Value{b.invalid()}, c.states())
	}
	o := &recurrent{cell: c, activation: r.Activation, gate: r.Gate, form: form{units: r.Recurrent.Shape[0], bias: r.Bias != nil,
		recurrentBias: r.RecurrentBias != nil, masked: r.Mask != nil, reverse: r.Reverse, sequences: r.Sequences, zeroMask: r.ZeroMasked}}
	if t, ok := c.(taped); ok && t.tapes() && r.Differentiable && r.Mask == nil {
		return b.tape(&tape{cell: t, units: o.units, reverse: r.Reverse, bias: o.recurrentBias && t.states() == 1}, x, r)
	}
	_, fusedAct := chainOf(r.Activation)
	_, fusedGate := chainOf(r.Gate)
	if r.Differentiable || !fusedAct || !fusedGate {
		return b.unfused(c, o.units, x, r)
	}
	in := []*Value{x, r.Kernel, r.Recurrent}
	for _, v := range append([]*Value{r.Bias, r.RecurrentBias, r.Mask}, r.Init...) {
		if v != nil {
			in = append(in, v)
		}
	}
	out := b.applyAll(o, in...)
	return out[0], out[1 : 1+c.states()]
}

// share is the input's share of all steps.
func (r *Recurrence) share(b *Builder, x *Value) *Value {
	xz := b.MatMul(x, r.Kernel)
	if r.Bias != nil {
		xz = b.Add(xz, r.Bias)
	}
	return xz
}

// unfused is a recurrent operation as a loop of single steps.
func (b *Builder) unfused(c cell, units int, x *Value, r Recurrence) (y *Value, states []*Value) {
	xz := r.share(b, x)
	init := r.Init
	for len(init) < c.states() {
		init = append(init, b.Fill(x, 0, CopyAxis(0), units))
	}
	product := func(b *Builder, h *Value, from, to int) *Value {
		u := r.Recurrent
		if to-from < c.gates() {
			u = b.SliceLast(u, from*units, to*units)
		}
		return b.MatMul(h, u)
	}
	step := func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		next = c.step(b, steps[0], r.RecurrentBias, states, r.Activation, r.Gate, product)
		return next, next[:1]
	}
	if r.Mask == nil && !r.Sequences { // the output is the last state
		states, _ = b.Scan(init, []*Value{xz}, r.Reverse, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
			next, _ = step(b, states, steps)
			return next, nil
		})
		return states[0], states
	}
	loop := Loop{Mask: r.Mask, ZeroMasked: r.ZeroMasked, Reverse: r.Reverse, Sequences: r.Sequences}
	ys, states := b.Loop(loop, init, []*Value{xz}, step)
	if b.err != nil {
		return b.invalid(), slices.Repeat([]*Value{b.invalid()}, c.states())
	}
	return ys[0], states
}

// SliceLast adds the elements from <= i < to of the last axis.
func (b *Builder) SliceLast(x *Value, from, to int) *Value {
	ranges := slices.Repeat([]Range{Whole}, x.Rank())
	if len(ranges) == 0 {
		return b.Fail(&ShapeError{Where: b.Scope, What: "slice", Wanted: "rank 1 or more", Received: x.Shape.String()})
	}
	ranges[len(ranges)-1] = Range{from, to, 1}
	return b.Slice(x, ranges...)
}
