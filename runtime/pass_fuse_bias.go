package runtime

// fuseBias joins the addition of a row to the product before it. Two rows are
// joined to one when both are known.
func fuseBias(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	for _, n := range g.Nodes {
		add, ok := n.Op.(binary)
		if !ok || add.binaryKind != addKind {
			continue
		}
		for i, x := range n.In {
			m, ok := x.Node.Op.(fusible)
			if !ok || !m.fuses() || users[x] != 1 || !m.ending().open() || m.ending().residual {
				continue
			}
			row := n.In[1-i]
			if !isRow(row, x.Shape[x.Rank()-1]) || !n.Out[0].Shape.Equal(x.Shape) {
				continue
			}
			if e := m.ending(); e.bias {
				if row = addRows(x.Node.In[m.own()], row); row == nil {
					continue
				}
				g.Nodes = append([]*Node{row.Node}, g.Nodes...)
			}
			e := m.ending()
			e.bias = true
			n.Op, n.Scope = m.end(e), x.Node.Scope
			n.In = append(append([]*Value{}, x.Node.In[:m.own()]...), row)
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

// addRows returns the sum of two constant rows, or nil when one is not known.
func addRows(a, b *Value) *Value {
	x, y := a.Constant(), b.Constant()
	if x == nil || y == nil {
		return nil
	}
	sum := make([]float32, x.n)
	for i, v := range x.Float32s() {
		sum[i] = v + y.Float32s()[i]
	}
	return constantRow(sum)
}

// constantRow returns a new constant that is not in a graph yet.
func constantRow(row []float32) *Value {
	t, _ := TensorOf(row, len(row))
	n := &Node{Op: constant{t: t}}
	n.Out = []*Value{{Type: t.Type(), Node: n}}
	return n.Out[0]
}
