package runtime

// fuseResidual joins the addition of a tensor to the product before it, whose
// sums then start from it.
func fuseResidual(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	place := map[*Node]int{}
	for i, n := range g.Nodes {
		place[n] = i
	}
	for _, n := range g.Nodes {
		add, ok := n.Op.(binary)
		if !ok || add.binaryKind != addKind || n.In[0] == n.In[1] || !n.In[0].Shape.Equal(n.In[1].Shape) {
			continue
		}
		x, other := n.In[0], n.In[1]
		if place[x.Node] < place[other.Node] { // the later product, so that the other is done
			x, other = other, x
		}
		for range 2 {
			m, ok := x.Node.Op.(fusible)
			if ok && m.fuses() && m.sums() && users[x] == 1 && m.ending().open() && !m.ending().residual {
				e := m.ending()
				e.residual = true
				n.Op, n.Scope = m.end(e), x.Node.Scope
				n.In = append(append([]*Value{}, x.Node.In...), other)
				changed = true
				break
			}
			x, other = other, x
		}
	}
	return changed, nil
}
