package runtime

// fuseActivation joins an elementwise function to the product before it: a
// relu or clamp becomes the product's bounds, others run on its blocks while
// they are in cache.
func fuseActivation(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	for _, n := range g.nodes {
		u, ok := n.op.(unary)
		if !ok {
			continue
		}
		x := n.in[0]
		m, ok := x.node.op.(fusible)
		if !ok || !m.fuses() || users[x] != 1 || !m.ending().open() {
			continue
		}
		e := m.ending()
		e.fuse(u)
		n.op, n.in, n.scope = m.end(e), x.node.in, x.node.scope
		changed = true
	}
	return changed, nil
}
