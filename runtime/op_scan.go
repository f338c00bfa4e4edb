package runtime

import "fmt"

// scan runs a graph, its body, once for every step of axis 1.
//
// The body's inputs are the states, one step of every sequence, and what it
// captured; its outputs are the next states and one step of every output. The
// node's inputs are the first states, the sequences (batch, time, …) and the
// captured values; its outputs are the last states, the outputs (batch, time,
// …), and for some states what they were before each step (batch, time, …),
// which the gradient needs. Outputs lie at the step that made them, whichever
// way the loop runs.
type scan struct {
	body          *Graph
	states, steps int
	saved         []int // the states whose past is kept
	reverse       bool
	simple        bool // the body has been rewritten
}

func (o *scan) name() string { return "scan" }

// outs is the number of outputs that the body has for each step.
func (o *scan) outs() int { return len(o.body.outputs) - o.states }

func (o *scan) infer(in []Type) ([]Type, error) {
	time := Unknown
	step := append([]Type{}, in...)
	for i := o.states; i < o.states+o.steps; i++ {
		s := in[i].Shape
		if len(s) < 2 {
			return nil, &ShapeError{Wanted: "sequences of rank 2 or more", Received: s.String()}
		}
		if time >= 0 && s[1] >= 0 && s[1] != time {
			return nil, &ShapeError{Wanted: fmt.Sprintf("%d steps in every sequence", time), Received: s.String()}
		}
		time = max(time, s[1])
		step[i].Shape = append(s[:1:1], s[2:]...)
	}
	types, err := inferTypes(o.body, step, nil)
	if err != nil {
		return nil, err
	}
	out := make([]Type, 0, len(o.body.outputs)+len(o.saved))
	for i, v := range o.body.outputs[:o.states] {
		if t := types[v]; t.DType != in[i].DType || !mayEqual(t.Shape, in[i].Shape) {
			return nil, &ShapeError{Wanted: "a state that stays " + in[i].String(), Received: t.String()}
		}
		out = append(out, in[i])
	}
	each := func(t Type) error {
		if len(t.Shape) == 0 {
			return &ShapeError{Wanted: "outputs with a batch axis", Received: t.String()}
		}
		out = append(out, Type{t.DType, append(append(t.Shape[:1:1], time), t.Shape[1:]...)})
		return nil
	}
	for _, v := range o.body.outputs[o.states:] {
		if err := each(types[v]); err != nil {
			return nil, err
		}
	}
	for _, i := range o.saved {
		if err := each(in[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayEqual reports whether two shapes can turn out to be the same.
func mayEqual(a, b Shape) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] >= 0 && b[i] >= 0 && a[i] != b[i] {
			return false
		}
	}
	return true
}

// keepsRows holds if the body works on rows alone and every state has a piece for
// each row.
func (o *scan) keepsRows(_ *node, rows []bool) bool {
	in := map[*Value]bool{}
	for i, v := range o.body.inputs {
		in[v] = rows[i]
		if i < o.states+o.steps && !rows[i] {
			return false
		}
	}
	if !followRows(o.body, in) {
		return false
	}
	for _, v := range o.body.outputs {
		if !in[v] {
			return false
		}
	}
	return true
}

// ScanBody builds one step of a loop: from the states and the step's piece of
// every sequence, the next states and the step's piece of every output. It may
// use values of the graph around.
type ScanBody func(b *Builder, states, steps []*Value) (next, outputs []*Value)

// Scan adds a loop over axis 1 of the sequences, all (batch, time, …), backwards
// if reverse is set. It returns the states after the last step and the outputs
// (batch, time, …), each at the step that made it.
func (b *Builder) Scan(init, sequences []*Value, reverse bool, build ScanBody) (final, outputs []*Value) {
	if b.err == nil && len(sequences) == 0 {
		b.Fail(&ShapeError{Where: b.Scope, What: "scan", Wanted: "at least one sequence", Received: "none"})
	}
	in := b.newBody()
	states, steps := make([]*Value, len(init)), make([]*Value, len(sequences))
	for i, v := range init {
		states[i] = in.leaf(placeholder{typ: v.Type})
	}
	for i, v := range sequences {
		t := v.Type
		if len(t.Shape) < 2 && b.err == nil {
			b.Fail(&ShapeError{Where: b.Scope, What: "scan", Wanted: "sequences of rank 2 or more", Received: t.String()})
		}
		if b.err == nil {
			t.Shape = append(t.Shape[:1:1], t.Shape[2:]...)
		}
		steps[i] = in.leaf(placeholder{typ: t})
	}
	in.err = b.err
	next, each := build(in, states, steps)
	if in.err == nil && len(next) != len(init) {
		in.err = &ShapeError{Where: b.Scope, What: "scan", Wanted: fmt.Sprintf("%d states", len(init)), Received: fmt.Sprint(len(next))}
	}
	o := &scan{states: len(init), steps: len(sequences), reverse: reverse}
	for i := range init {
		o.saved = append(o.saved, i)
	}
	if b.err = in.err; b.err == nil {
		args := append(append([]*Value{}, init...), sequences...)
		o.body, args = b.close(in, append(states, steps...), args, append(append([]*Value{}, next...), each...))
		if b.err == nil {
			out := b.applyAll(o, args...)
			if b.err == nil {
				return out[:len(init)], out[len(init) : len(init)+len(each)]
			}
		}
	}
	for range init {
		final = append(final, b.invalid())
	}
	for range each {
		outputs = append(outputs, b.invalid())
	}
	return final, outputs
}

// close makes the body's graph, whose inputs stand for args, and adds what it
// captured to both.
func (b *Builder) close(in *Builder, inputs, args, outputs []*Value) (*Graph, []*Value) {
	outputs = b.hoist(in, in.localize(outputs))
	for i, v := range in.body.inputs {
		inputs, args = append(inputs, v), append(args, in.body.captured[i])
	}
	in.inputs = inputs
	g, err := in.Graph(outputs...)
	if err != nil {
		b.Fail(err)
		return nil, args
	}
	fixed := len(inputs) - len(in.body.inputs)
	g.inputs, args = dropUnused(g, fixed, args)
	return g, args
}

// dropUnused drops the graph's inputs after the first few that nothing uses, and
// the args that stand for them.
func dropUnused(g *Graph, fixed int, args []*Value) (inputs, kept []*Value) {
	users := g.users()
	for i, v := range g.inputs {
		if i < fixed || users[v] > 0 {
			inputs, kept = append(inputs, v), append(kept, args[i])
		}
	}
	g.inputs = inputs
	g.prune()
	return inputs, kept
}
