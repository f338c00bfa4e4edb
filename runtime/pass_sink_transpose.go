package runtime

import "slices"

// sinkTransposes moves transpositions behind element-wise operations and joins
// neighbours, so that those of layers with the channels first cancel.
func sinkTransposes(g *Graph) (bool, error) {
	changed := false
	nodes := make([]*node, 0, len(g.nodes))
	users, gone := g.users(), substitution{}
	for _, n := range g.nodes {
		gone.inputs(n)
		if t, ok := n.op.(*transpose); ok {
			changed = joinTransposes(n, t, users, gone) || changed
			nodes = append(nodes, n)
			continue
		}
		in, perm := untransposed(n)
		if perm == nil {
			nodes = append(nodes, n)
			continue
		}
		op := n.op
		if c, ok := op.(concat); ok {
			op = concat{perm[c.axis]}
		}
		types := make([]Type, len(in))
		for i, v := range in {
			if c, ok := v.node.op.(constant); ok && v != n.in[i] { // made by untransposed
				nodes = append(nodes, v.node)
				types[i] = c.t.Type()
			}
			types[i] = v.Type
		}
		out, err := op.infer(types)
		if err != nil {
			return false, err
		}
		m := &node{op: op, in: in, scope: n.scope}
		m.out = []*Value{{Type: out[0], node: m}}
		n.op, n.in = &transpose{perm}, m.out
		nodes = append(nodes, m, n)
		changed = true
	}
	g.nodes = nodes
	gone.outputs(g)
	return changed, nil
}

// joinTransposes makes one transposition of two in a row. For one that changes
// nothing its input stands from now on.
func joinTransposes(n *node, t *transpose, users map[*Value]int, gone substitution) bool {
	changed := false
	if before, ok := n.in[0].node.op.(*transpose); ok {
		perm := make([]int, len(t.perm))
		for i, a := range t.perm {
			perm[i] = before.perm[a]
		}
		t = &transpose{perm}
		n.op, n.in = t, n.in[0].node.in
		changed = true
	}
	for i, a := range t.perm {
		if i != a {
			return changed
		}
	}
	if users[n.out[0]] == 0 {
		return changed
	}
	gone[n.out[0]] = n.in[0]
	return true
}

// untransposed returns the inputs of an element-wise operation as they were
// before the transposition that all of them went through, and that
// transposition; or nil.
func untransposed(n *node) ([]*Value, []int) {
	switch n.op.(type) {
	case unary, binary, concat:
	default:
		return nil, nil
	}
	var perm []int
	for _, v := range n.in {
		if t, ok := v.node.op.(*transpose); ok {
			if perm != nil && !slices.Equal(perm, t.perm) {
				return nil, nil
			}
			perm = t.perm
		}
	}
	if perm == nil || n.out[0].Rank() != len(perm) {
		return nil, nil
	}
	in := make([]*Value, len(n.in))
	for i, v := range n.in {
		_, joined := n.op.(concat)
		switch _, ok := v.node.op.(*transpose); {
		case ok:
			in[i] = v.node.in[0]
		case joined:
			return nil, nil
		default:
			if in[i] = beforeTranspose(v, perm); in[i] == nil {
				return nil, nil
			}
		}
	}
	return in, perm
}

// beforeTranspose returns the constant that broadcasts before a transposition as
// v does behind it, or nil: v must vary along one axis at most.
func beforeTranspose(v *Value, perm []int) *Value {
	c := v.Constant()
	if c == nil || len(c.shape) > len(perm) {
		return nil
	}
	if c.n == 1 && len(c.shape) == 0 {
		return v
	}
	shape, wide := make(Shape, len(perm)), 0
	for i := range shape {
		shape[i] = 1
	}
	for i, d := range c.shape {
		if d != 1 {
			wide++
		}
		shape[perm[len(perm)-len(c.shape)+i]] = d
	}
	if wide > 1 {
		return nil
	}
	t, err := c.Reshaped(shape...)
	if err != nil {
		return nil
	}
	n := &node{op: constant{t: t}}
	n.out = []*Value{{Type: t.Type(), node: n}}
	return n.out[0]
}
