package runtime

// fuseActivation joins an elementwise function to the product before it: a
// relu or clamp becomes the product's bounds, others run on its blocks while
// they are in cache.
func fuseActivation(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	for _, n := range g.Nodes {
		u, ok := n.Op.(unary)
		if !ok {
			continue
		}
		x := n.In[0]
		m, ok := x.Node.Op.(fusible)
		if !ok || !m.fuses() || users[x] != 1 || !m.ending().open() {
			continue
		}
		e := m.ending()
		e.fuse(u)
		n.Op, n.In, n.Scope = m.end(e), x.Node.In, x.Node.Scope
		changed = true
	}
	return changed, nil
}
