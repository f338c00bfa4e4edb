package runtime

// fuseBias joins the addition of a row to the product before it.
func fuseBias(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	for _, n := range g.Nodes {
		add, ok := n.Op.(binary)
		if !ok || add.binaryKind != addKind {
			continue
		}
		for i, x := range n.In {
			m, ok := x.Node.Op.(matmul)
			bias := n.In[1-i]
			if !ok || !m.epilogue.empty() || users[x] != 1 {
				continue
			}
			if !isRow(bias, x.Shape[x.Rank()-1]) || !n.Out[0].Shape.Equal(x.Shape) {
				continue
			}
			m.bias = true
			n.Op = m
			n.In = []*Value{x.Node.In[0], x.Node.In[1], bias}
			n.Scope = x.Node.Scope
			changed = true
			break
		}
	}
	return changed, nil
}

// isRow reports whether a value is one row of n numbers.
func isRow(v *Value, n int) bool {
	size, known := v.Shape.elements()
	return known && size == n && v.Rank() > 0 && v.Shape[v.Rank()-1] == n
}
