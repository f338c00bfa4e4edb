package runtime

import (
	"context"
	"fmt"
	"slices"
)

// Builder makes graphs. Its methods, one for each primitive, never fail on the
// spot: the first error is kept, every later call does nothing useful, and Err
// or Graph report it. So layers read as formulas.
type Builder struct {
	Scope string // named in messages and profiles; set by whoever builds a layer

	nodes    []*node
	inputs   []*Value
	measures []measure
	err      error
	body     *body // set in the body of a loop
	watch    watch
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder { return &Builder{} }

// NewBuilderContext is NewBuilder of a builder that fails once ctx is done, with
// the context's error.
func NewBuilderContext(ctx context.Context) *Builder { return &Builder{watch: watchOf(ctx)} }

// Err returns the first error of any call so far.
func (b *Builder) Err() error { return b.err }

// Fail records an error found by a caller, unless there is one already, and
// returns a value that can be passed on.
func (b *Builder) Fail(err error) *Value {
	if b.err == nil {
		b.err = err
	}
	return b.invalid()
}

func (b *Builder) invalid() *Value {
	n := &node{op: placeholder{input: "invalid"}}
	n.out = []*Value{{node: n}}
	return n.out[0]
}

// Input adds data that is fed at each call.
func (b *Builder) Input(name string, t Type) *Value {
	v := b.leaf(placeholder{input: name, typ: t})
	b.inputs = append(b.inputs, v)
	return v
}

// Parameter adds the weight with the given index. It is a constant with the
// tensor's data unless the graph is compiled with Options.Variables.
func (b *Builder) Parameter(index int, t *Tensor) *Value {
	return b.leaf(parameter{index: index, typ: t.Type(), t: t})
}

// ParameterOf adds a weight of which only the type is known: enough to infer
// shapes, or to compile with Options.Variables.
func (b *Builder) ParameterOf(index int, t Type) *Value {
	return b.leaf(parameter{index: index, typ: t})
}

// Constant adds data known now. The tensor must not be changed afterwards.
func (b *Builder) Constant(t *Tensor) *Value { return b.leaf(constant{t: t}) }

// Scalar adds a float32 constant of rank 0.
func (b *Builder) Scalar(v float32) *Value { return b.Constant(Scalar(v)) }

// Floats adds a float32 vector.
func (b *Builder) Floats(v ...float32) *Value {
	t, err := TensorOf(v, len(v))
	if err != nil {
		return b.Fail(err)
	}
	return b.Constant(t)
}

func (b *Builder) leaf(op operation) *Value {
	types, _ := op.infer(nil)
	if err := types[0].Shape.inBounds(); err != nil && b.err == nil {
		b.err = b.locate(op, err)
	}
	n := &node{op: op, scope: b.Scope}
	n.out = []*Value{{Type: types[0], node: n}}
	b.add(n)
	return n.out[0]
}

// apply adds an operation with one output.
func (b *Builder) apply(op operation, in ...*Value) *Value {
	return b.applyAll(op, in...)[0]
}

// applyAll adds an operation and returns all its outputs.
func (b *Builder) applyAll(op operation, in ...*Value) []*Value {
	if b.err == nil {
		b.err = b.watch.err()
	}
	if b.err == nil {
		in = b.localize(in)
		types := make([]Type, len(in))
		for i, v := range in {
			types[i] = v.Type
		}
		err := wantNumbers(op, types)
		var out []Type
		if err == nil {
			out, err = op.infer(types)
		}
		for _, t := range out {
			if err == nil {
				err = t.Shape.inBounds()
			}
		}
		if err == nil {
			n := &node{op: op, in: in, scope: b.Scope}
			for i, t := range out {
				n.out = append(n.out, &Value{Type: t, node: n, index: i})
			}
			b.add(n)
			return n.out
		}
		b.err = b.locate(op, err)
	}
	out := make([]*Value, 8) // as many as any operation has
	for i := range out {
		out[i] = b.invalid()
	}
	return out
}

func (b *Builder) locate(op operation, err error) error {
	if e, ok := err.(*ShapeError); ok {
		c := *e
		if c.What == "" {
			c.What = op.name()
		}
		if c.Where == "" {
			c.Where = b.Scope
		}
		return &c
	}
	if b.Scope != "" {
		return fmt.Errorf("%s: %s: %w", b.Scope, op.name(), err)
	}
	return fmt.Errorf("%s: %w", op.name(), err)
}

// Graph ends the building and returns what the outputs need.
func (b *Builder) Graph(outputs ...*Value) (*Graph, error) {
	if b.err != nil {
		return nil, b.err
	}
	for _, v := range outputs {
		if v == nil {
			return nil, &ShapeError{What: "graph", Wanted: "outputs", Received: "a missing value"}
		}
	}
	g := &Graph{inputs: append([]*Value{}, b.inputs...), outputs: append([]*Value{}, outputs...), nodes: append([]*node{}, b.nodes...), measures: slices.Clone(b.measures)}
	g.prune()
	return g, nil
}

// prune drops the nodes that no output needs. Inputs stay: they are fed.
func (g *Graph) prune() bool {
	g.visits += len(g.nodes)
	need := map[*node]bool{}
	for _, v := range g.outputs {
		need[v.node] = true
	}
	for _, v := range g.inputs {
		need[v.node] = true
	}
	for i := len(g.nodes) - 1; i >= 0; i-- {
		if n := g.nodes[i]; need[n] {
			for _, v := range n.in {
				need[v.node] = true
			}
		}
	}
	kept := make([]*node, 0, len(g.nodes))
	for _, n := range g.nodes {
		if need[n] {
			kept = append(kept, n)
		}
	}
	changed := len(kept) != len(g.nodes)
	g.nodes = kept
	return changed
}
