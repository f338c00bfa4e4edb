package runtime

// gradient is a loop in the other direction: each step computes the forward
// step again from the state before it, and derives that. What flows from step
// to step are the cotangents of the states and, summed up, those of the
// captured values.
func (o *scan) gradient(b *Builder, n *node, dout []*Value) []*Value {
	past, ok := o.past(n)
	if !ok {
		b.Fail(&ShapeError{Where: b.Scope, What: "scan", Wanted: "the past of every state", Received: "a loop without"})
		return make([]*Value, len(n.in))
	}
	real := func(lo, hi int) (at []int) { // the differentiable inputs among these
		for i := lo; i < hi; i++ {
			if n.in[i].DType == Float32 {
				at = append(at, i)
			}
		}
		return at
	}
	states, steps, captured := real(0, o.states), real(o.states, o.states+o.steps), real(o.states+o.steps, len(n.in))
	var init []*Value
	for _, i := range states {
		if d := dout[i]; d != nil {
			init = append(init, d)
			continue
		}
		init = append(init, b.ZerosLike(n.in[i]))
	}
	for _, i := range captured {
		init = append(init, b.ZerosLike(n.in[i]))
	}
	sequences := append(append([]*Value{}, past...), n.in[o.states:o.states+o.steps]...)
	var cotangents []int // the outputs that have one, as outputs of the body
	for i, d := range dout[o.states:] {
		if d != nil {
			cotangents = append(cotangents, o.states+i)
			sequences = append(sequences, d)
		}
	}
	back := &scanBack{scan: o, n: n, states: states, steps: steps, captured: captured, cotangents: cotangents, sequences: sequences}
	final, outputs := b.Scan(init, sequences, !o.reverse, back.step)
	din := make([]*Value, len(n.in))
	for k, i := range states {
		din[i] = final[k]
	}
	for k, i := range captured {
		if din[i] = final[len(states)+k]; b.err == nil && back.sums[k] != nil {
			din[i] = back.sums[k](b, outputs[len(steps):])
		}
	}
	for k, i := range steps {
		din[i] = outputs[k]
	}
	return din
}

// scanBack builds one step of the derivative of a loop. The lists hold the
// differentiable inputs of the loop, by kind, and the outputs of its body that
// have a cotangent.
type scanBack struct {
	*scan
	n                                   *node
	states, steps, captured, cotangents []int
	sequences                           []*Value
	sums                                []later // by captured value; nil where the loop itself sums up
}

// step is a ScanBody: acc holds the cotangents of the states and of the captured
// values, at the states before the step, the sequences, and the cotangents of the
// outputs.
func (s *scanBack) step(b *Builder, acc, at []*Value) (next, each []*Value) {
	first := s.scan.states + s.scan.steps
	in := append([]*Value{}, at[:first]...)
	in = append(in, b.localize(s.n.in[first:])...)
	out := b.inline(s.body, in)
	var ys, dys []*Value
	for k, i := range s.states {
		ys, dys = append(ys, out[i]), append(dys, acc[k])
	}
	for k, i := range s.cotangents {
		d := at[first+k]
		if i < len(out) {
			ys, dys = append(ys, out[i]), append(dys, d)
			continue
		}
		ys, dys = append(ys, in[s.saved[i-len(out)]]), append(dys, d)
	}
	var wrt []*Value
	for _, i := range append(append(append([]int{}, s.states...), s.steps...), s.captured...) {
		wrt = append(wrt, in[i])
	}
	stack := newStacked(at, s.sequences)
	for i, d := range Gradient(b, ys, dys, wrt) {
		switch {
		case i >= len(s.states)+len(s.steps): // summed up
			sum, later := acc[i-len(s.steps)], stack.sum(b, d)
			if d != nil && later == nil {
				sum = b.Add(sum, d)
			}
			next, s.sums = append(next, sum), append(s.sums, later)
			continue
		case d == nil:
			d = b.ZerosLike(wrt[i])
		}
		if i < len(s.states) {
			next = append(next, d)
		} else {
			each = append(each, d)
		}
	}
	return next, append(each, stack.values...)
}

// past returns every state before each step.
func (o *scan) past(n *node) ([]*Value, bool) {
	past := make([]*Value, o.states)
	for k, i := range o.saved {
		past[i] = n.out[len(o.body.outputs)+k]
	}
	for _, v := range past {
		if v == nil {
			return nil, false
		}
	}
	return past, true
}

// inline adds the nodes of a graph, whose inputs are these values, and returns
// its outputs.
func (b *Builder) inline(g *Graph, in []*Value) []*Value {
	at := map[*Value]*Value{}
	for i, v := range g.inputs {
		at[v] = in[i]
	}
	for _, n := range g.nodes {
		if _, ok := n.op.(placeholder); ok {
			continue
		}
		args := make([]*Value, len(n.in))
		for i, v := range n.in {
			args[i] = at[v]
		}
		if c, ok := n.op.(constant); ok {
			at[n.out[0]] = b.Constant(c.t)
			continue
		}
		for i, v := range b.applyAll(n.op, args...) {
			if i < len(n.out) {
				at[n.out[i]] = v
			}
		}
	}
	out := make([]*Value, len(g.outputs))
	for i, v := range g.outputs {
		out[i] = at[v]
	}
	return out
}
