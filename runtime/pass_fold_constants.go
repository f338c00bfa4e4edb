package runtime

// foldConstants computes the nodes whose inputs are all known.
func foldConstants(w *watch) func(g *Graph) (bool, error) {
	return func(g *Graph) (bool, error) {
		changed := false
		for _, n := range g.nodes {
			if isLeaf(n) || len(n.in) == 0 || len(n.out) != 1 || !allConstant(n) || isRandom(n.op) || growth(n) > maxGrowth {
				continue
			}
			t, err := evaluate(n, w)
			if err != nil {
				return false, err
			}
			n.op, n.in = constant{t: t}, nil
			changed = true
		}
		return changed, nil
	}
}

func allConstant(n *node) bool {
	for _, v := range n.in {
		if v.Constant() == nil {
			return false
		}
	}
	return true
}

// maxGrowth bounds the bytes that folding may add. A large constant made of
// small ones is cheaper to make at each call than to hold.
const maxGrowth = 1 << 20

// growth returns by how many bytes the result is larger than the inputs.
func growth(n *node) int64 {
	g := n.out[0].RowBytes()
	for _, v := range n.in {
		g -= v.RowBytes()
	}
	return g
}

// evaluate computes a node whose inputs are constants.
func evaluate(n *node, w *watch) (*Tensor, error) {
	if _, ok := n.op.(viewer); ok {
		return n.in[0].Constant().Reshaped(n.out[0].Shape...)
	}
	g := &Graph{}
	m := &node{op: n.op, scope: n.scope}
	for _, v := range n.in {
		c := &node{op: v.node.op}
		c.out = []*Value{{Type: v.Type, node: c}}
		m.in = append(m.in, c.out[0])
		g.nodes = append(g.nodes, c)
	}
	m.out = []*Value{{Type: n.out[0].Type, node: m}}
	g.nodes = append(g.nodes, m)
	g.outputs = m.out
	p := &Program{g: g, opt: Options{Threads: 1}, shared: newShared(0)}
	q, err := newPlan(g, nil, 0, p.shared, w)
	if err != nil {
		return nil, err
	}
	out, err := NewTensor(q.outputs[0].DType, q.outputs[0].Shape...)
	if err != nil {
		return nil, err
	}
	s := &Session{p: p, bound: map[*plan]*binding{}}
	if w != nil {
		s.watch = *w
	}
	if err := s.execute(q, nil, []*Tensor{out}, 0); err != nil {
		return nil, err
	}
	return out, s.watch.err()
}
