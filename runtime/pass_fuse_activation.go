package runtime

import "math"

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
		m, ok := x.Node.Op.(matmul)
		if !ok || users[x] != 1 || m.act.unaryKind != nil || m.lo < m.hi {
			continue
		}
		m.fuse(u)
		n.Op, n.In, n.Scope = m, x.Node.In, x.Node.Scope
		changed = true
	}
	return changed, nil
}

// fuse sets the epilogue's activation.
func (e *epilogue) fuse(u unary) {
	switch u.unaryKind {
	case reluKind:
		e.lo, e.hi = 0, float32(math.Inf(1))
	case clampKind, clipKind:
		e.lo, e.hi = u.p, u.q
		if !(e.lo < e.hi) { // an empty range cannot be told from none
			e.lo, e.hi, e.act = 0, 0, u
		}
	default:
		e.act = u
	}
}
