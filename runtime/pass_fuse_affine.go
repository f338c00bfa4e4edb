package runtime

// fuseAffine joins a multiplication by a row and the addition of one that no
// product could take in.
func fuseAffine(g *Graph) (bool, error) {
	changed := false
	users := g.users()
	for _, n := range g.nodes {
		add, ok := n.op.(binary)
		if !ok || add.binaryKind != addKind {
			continue
		}
		product, shift := rowOperand(n, addKind)
		if product == nil || users[product] != 1 {
			continue
		}
		x, scale := rowOperand(product.node, mulKind)
		if x == nil || x.Rank() < 2 {
			continue
		}
		n.op, n.in = affine{}, []*Value{x, scale, shift}
		changed = true
	}
	return changed, nil
}

// rowOperand returns the operands of an operation of the given kind when the
// second is a row that is added to or multiplied with each row of the first.
func rowOperand(n *node, kind *binaryKind) (x, row *Value) {
	o, ok := n.op.(binary)
	if !ok || o.binaryKind != kind {
		return nil, nil
	}
	for i, x := range n.in {
		if row := n.in[1-i]; x.Rank() > 0 && row.Rank() < x.Rank() && isRow(row, x.Shape[x.Rank()-1]) && n.out[0].Shape.Equal(x.Shape) {
			return x, row
		}
	}
	return nil, nil
}
