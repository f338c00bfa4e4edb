package runtime

import "slices"

// sinkTransposes moves transpositions behind element-wise operations and joins
// neighbours, so that those of layers with the channels first cancel.
func sinkTransposes(g *Graph) (bool, error) {
	changed := false
	nodes := make([]*Node, 0, len(g.Nodes))
	for _, n := range g.Nodes {
		if t, ok := n.Op.(*transpose); ok {
			changed = g.joinTransposes(n, t) || changed
			nodes = append(nodes, n)
			continue
		}
		in, perm := untransposed(n)
		if perm == nil {
			nodes = append(nodes, n)
			continue
		}
		op := n.Op
		if c, ok := op.(concat); ok {
			op = concat{perm[c.axis]}
		}
		types := make([]Type, len(in))
		for i, v := range in {
			if c, ok := v.Node.Op.(constant); ok && v != n.In[i] { // made by untransposed
				nodes = append(nodes, v.Node)
				types[i] = c.t.Type()
			}
			types[i] = v.Type
		}
		out, err := op.Infer(types)
		if err != nil {
			return false, err
		}
		m := &Node{Op: op, In: in, Scope: n.Scope}
		m.Out = []*Value{{Type: out[0], Node: m}}
		n.Op, n.In = &transpose{perm}, m.Out
		nodes = append(nodes, m, n)
		changed = true
	}
	g.Nodes = nodes
	return changed, nil
}

// joinTransposes makes one transposition of two in a row, and none of one that
// changes nothing.
func (g *Graph) joinTransposes(n *Node, t *transpose) bool {
	changed := false
	if before, ok := n.In[0].Node.Op.(*transpose); ok {
		perm := make([]int, len(t.perm))
		for i, a := range t.perm {
			perm[i] = before.perm[a]
		}
		t = &transpose{perm}
		n.Op, n.In = t, n.In[0].Node.In
		changed = true
	}
	for i, a := range t.perm {
		if i != a {
			return changed
		}
	}
	if g.users()[n.Out[0]] == 0 {
		return changed
	}
	g.replace(n.Out[0], n.In[0])
	return true
}

// untransposed returns the inputs of an element-wise operation as they were
// before the transposition that all of them went through, and that
// transposition; or nil.
func untransposed(n *Node) ([]*Value, []int) {
	switch n.Op.(type) {
	case unary, binary, concat:
	default:
		return nil, nil
	}
	var perm []int
	for _, v := range n.In {
		if t, ok := v.Node.Op.(*transpose); ok {
			if perm != nil && !slices.Equal(perm, t.perm) {
				return nil, nil
			}
			perm = t.perm
		}
	}
	if perm == nil || n.Out[0].Rank() != len(perm) {
		return nil, nil
	}
	in := make([]*Value, len(n.In))
	for i, v := range n.In {
		_, joined := n.Op.(concat)
		switch _, ok := v.Node.Op.(*transpose); {
		case ok:
			in[i] = v.Node.In[0]
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
	n := &Node{Op: constant{t: t}}
	n.Out = []*Value{{Type: t.Type(), Node: n}}
	return n.Out[0]
}
