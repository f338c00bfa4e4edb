package runtime

// fuseBias joins the addition of a row to the product before it. Two rows are
// joined to one when both are known.
func fuseBias(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	var fresh leaves
	for _, n := range g.nodes {
		add, ok := n.op.(binary)
		if !ok || add.binaryKind != addKind {
			continue
		}
		for i, x := range n.in {
			m, ok := x.node.op.(fusible)
			if !ok || !m.fuses() || users[x] != 1 || !m.ending().open() || m.ending().residual {
				continue
			}
			row := n.in[1-i]
			if !isRow(row, x.Shape[x.Rank()-1]) || !n.out[0].Shape.Equal(x.Shape) {
				continue
			}
			if m.ending().bias {
				sum := addRows(x.node.in[m.own()], row)
				if sum == nil {
					continue
				}
				row = fresh.constant(sum)
			}
			e := m.ending()
			e.bias = true
			n.op, n.scope = m.end(e), x.node.scope
			n.in = append(append([]*Value{}, x.node.in[:m.own()]...), row)
			changed = true
			break
		}
	}
	fresh.addTo(g)
	return changed, nil
}

// isRow reports whether a value is one row of n numbers.
func isRow(v *Value, n int) bool {
	size, known := v.Shape.elements()
	return known && size == n && v.Rank() > 0 && v.Shape[v.Rank()-1] == n
}

// addRows returns the sum of two constant rows, or nil when one is not known.
func addRows(a, b *Value) *Tensor {
	x, y := a.Constant(), b.Constant()
	if x == nil || y == nil {
		return nil
	}
	sum := x.Clone()
	for i, v := range y.Float32s() {
		sum.Float32s()[i] += v
	}
	return sum
}
