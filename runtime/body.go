package runtime

import "sort"

// body is what a Builder of a loop's body knows of the graph around it. Values
// of that graph may be used as if they were the body's own: each becomes an
// input of the body, and of the loop.
type body struct {
	own      map[*node]bool
	local    map[*Value]*Value
	captured []*Value // in the graph around
	inputs   []*Value // in the body: one for each captured value
}

// newBody returns a builder for the body of a loop.
func (b *Builder) newBody() *Builder {
	return &Builder{Scope: b.Scope, body: &body{own: map[*node]bool{}, local: map[*Value]*Value{}}}
}

// add appends a node to the graph.
func (b *Builder) add(n *node) {
	b.nodes = append(b.nodes, n)
	if b.body != nil {
		b.body.own[n] = true
	}
}

// localize returns the values, those from the graph around captured.
func (b *Builder) localize(vs []*Value) []*Value {
	out := append([]*Value{}, vs...)
	if b.body == nil || b.err != nil {
		return out
	}
	for i, v := range out {
		out[i] = b.capture(v)
	}
	return out
}

func (b *Builder) capture(v *Value) *Value {
	c := b.body
	if c.own[v.node] {
		return v
	}
	if w := c.local[v]; w != nil {
		return w
	}
	if t := v.Constant(); t != nil {
		c.local[v] = b.Constant(t)
		return c.local[v]
	}
	w := b.leaf(placeholder{typ: v.Type})
	c.local[v] = w
	c.captured, c.inputs = append(c.captured, v), append(c.inputs, w)
	return w
}

// outside returns what a captured value is in the graph around, nil if the body's value is
// none.
func (b *Builder) outside(v *Value) *Value {
	for i, w := range b.body.inputs {
		if w == v {
			return b.body.captured[i]
		}
	}
	return nil
}

// hoist moves what does not change from step to step out of the loop: the nodes
// that need nothing but captured values.
func (b *Builder) hoist(in *Builder, outputs []*Value) []*Value {
	outside := map[*Value]*Value{}
	for i, v := range in.body.inputs {
		outside[v] = in.body.captured[i]
	}
	moved := map[*Value]*Value{} // to the body's new input
	stay := func(vs []*Value) []*Value {
		out := append([]*Value{}, vs...)
		for i, v := range out {
			if w := moved[v]; w != nil {
				out[i] = w
			} else if o := outside[v]; o != nil && !isLeaf(v.node) {
				moved[v] = in.capture(o)
				out[i] = moved[v]
			}
		}
		return out
	}
	for _, n := range in.nodes[:len(in.nodes):len(in.nodes)] {
		if args := b.invariant(n, outside); args != nil {
			for i, v := range b.applyAll(n.op, args...) {
				if i < len(n.out) {
					outside[n.out[i]] = v
				}
			}
			continue
		}
		n.in = stay(n.in)
	}
	outputs = stay(outputs)
	leavesFirst(in.nodes)
	return outputs
}

// leavesFirst keeps the order within the leaves and within the others.
func leavesFirst(nodes []*node) {
	sort.SliceStable(nodes, func(i, j int) bool { return isLeaf(nodes[i]) && !isLeaf(nodes[j]) })
}

// invariant returns the node's inputs as values of the graph around, or nil if
// the node has to be computed in the loop.
func (b *Builder) invariant(n *node, outside map[*Value]*Value) []*Value {
	if isLeaf(n) || isRandom(n.op) {
		return nil
	}
	args, any := make([]*Value, len(n.in)), false
	for i, v := range n.in {
		args[i] = outside[v]
		switch {
		case args[i] != nil:
			any = true
		case v.Constant() != nil:
			args[i] = b.Constant(v.Constant())
		default:
			return nil
		}
	}
	if !any {
		return nil
	}
	return args
}

// isRandom reports whether an operation's result depends on more than its
// inputs.
func isRandom(op operation) bool {
	switch o := op.(type) {
	case randomUniform:
		return true
	case *scan:
		for _, n := range o.body.nodes {
			if isRandom(n.op) {
				return true
			}
		}
	}
	return false
}
