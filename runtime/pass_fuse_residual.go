package runtime

// fuseResidual joins the addition of a tensor to the product before it, whose
// sums then start from it.
func fuseResidual(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	place := map[*node]int{}
	for i, n := range g.nodes {
		place[n] = i
	}
	for _, n := range g.nodes {
		add, ok := n.op.(binary)
		if !ok || add.binaryKind != addKind || n.in[0] == n.in[1] || !n.in[0].Shape.Equal(n.in[1].Shape) {
			continue
		}
		x, other := n.in[0], n.in[1]
		if place[x.node] < place[other.node] { // the later product, so that the other is done
			x, other = other, x
		}
		for range 2 {
			m, ok := x.node.op.(fusible)
			if ok && m.fuses() && m.sums() && users[x] == 1 && m.ending().open() && !m.ending().residual {
				e := m.ending()
				e.residual = true
				n.op, n.scope = m.end(e), x.node.scope
				n.in = append(append([]*Value{}, x.node.in...), other)
				changed = true
				break
			}
			x, other = other, x
		}
	}
	return changed, nil
}
