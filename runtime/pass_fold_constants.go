package runtime

import "context"

// foldConstants computes the nodes whose inputs are all known.
func foldConstants(g *Graph) (bool, error) {
	changed := false
	for _, n := range g.Nodes {
		if isLeaf(n) || len(n.In) == 0 || len(n.Out) != 1 || !allConstant(n) || isRandom(n.Op) || growth(n) > maxGrowth {
			continue
		}
		t, err := evaluate(n)
		if err != nil {
			return false, err
		}
		n.Op, n.In = constant{t: t}, nil
		changed = true
	}
	return changed, nil
}

func allConstant(n *Node) bool {
	for _, v := range n.In {
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
func growth(n *Node) int64 {
	g := n.Out[0].RowBytes()
	for _, v := range n.In {
		g -= v.RowBytes()
	}
	return g
}

// evaluate computes a node whose inputs are constants.
func evaluate(n *Node) (*Tensor, error) {
	g := &Graph{}
	m := &Node{Op: n.Op, Scope: n.Scope}
	for _, v := range n.In {
		c := &Node{Op: v.Node.Op}
		c.Out = []*Value{{Type: v.Type, Node: c}}
		m.In = append(m.In, c.Out[0])
		g.Nodes = append(g.Nodes, c)
	}
	m.Out = []*Value{{Type: n.Out[0].Type, Node: m}}
	g.Nodes = append(g.Nodes, m)
	g.Outputs = m.Out
	p := &Program{g: g, opt: Options{Threads: 1}, store: newStore(0)}
	q, err := newPlan(g, nil, p.store)
	if err != nil {
		return nil, err
	}
	out, err := NewTensor(q.outputs[0].DType, q.outputs[0].Shape...)
	if err != nil {
		return nil, err
	}
	s := &Session{p: p, bound: map[*plan]*binding{}}
	return out, s.execute(context.Background(), q, nil, []*Tensor{out}, 0)
}
