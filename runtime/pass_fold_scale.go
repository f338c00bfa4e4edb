package runtime

// scalable is a product with a matrix, on one axis of which the columns of the
// result lie.
type scalable interface {
	fusible
	columns(rank int) int // that axis of the second input, -1 if there is none
}

// foldScale multiplies the matrix of a product by the constant row that its
// result is multiplied by, as that of a batch normalization.
func foldScale(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	var fresh leaves
	for _, n := range g.nodes {
		mul, ok := n.op.(binary)
		if !ok || mul.binaryKind != mulKind {
			continue
		}
		for i, x := range n.in {
			m, ok := x.node.op.(scalable)
			row := n.in[1-i]
			if !ok || users[x] != 1 || !m.fuses() || !m.ending().open() || m.ending().residual ||
				row.Constant() == nil || !isRow(row, x.Shape[x.Rank()-1]) || !n.out[0].Shape.Equal(x.Shape) {
				continue
			}
			in := append([]*Value{}, x.node.in...)
			scale := row.Constant().Float32s()
			matrix := in[1].Constant()
			if matrix == nil || m.columns(len(matrix.shape)) < 0 {
				continue
			}
			if m.ending().bias {
				bias := in[m.own()].Constant()
				if bias == nil {
					continue
				}
				in[m.own()] = fresh.constant(scaled(bias, len(bias.shape)-1, scale))
			}
			in[1] = fresh.constant(scaled(matrix, m.columns(len(matrix.shape)), scale))
			n.op, n.in, n.scope = m, in, x.node.scope
			changed = true
			break
		}
	}
	fresh.addTo(g)
	return changed, nil
}

// leaves are new constants of a graph.
type leaves []*node

func (l *leaves) constant(t *Tensor) *Value {
	n := &node{op: constant{t: t}}
	n.out = []*Value{{Type: t.Type(), node: n}}
	*l = append(*l, n)
	return n.out[0]
}

// addTo puts them before all that may use them.
func (l leaves) addTo(g *Graph) {
	if len(l) > 0 {
		g.nodes = append(l, g.nodes...)
	}
}
