package runtime

// rowwise reports whether every operation works on rows alone, the rows being
// those of the inputs' first axes.
func rowwise(g *Graph) bool {
	rows := map[*Value]bool{}
	for _, v := range g.inputs {
		if v.Rank() == 0 || v.Shape[0] >= 0 {
			return false
		}
		rows[v] = true
	}
	if !followRows(g, rows) {
		return false
	}
	pieces := piecesOfRows(g, rows)
	for _, v := range g.outputs {
		if !rows[v] || pieces[v] != 1 {
			return false
		}
	}
	return len(g.inputs) > 0
}

// piecesOfRows counts, for the values that hold a piece for each row, how many
// elements of the first axis a row has: reshaping may give it several, or join
// them again. 0 is not known.
func piecesOfRows(g *Graph, rows map[*Value]bool) map[*Value]int {
	pieces := map[*Value]int{}
	for _, v := range g.inputs {
		pieces[v] = 1
	}
	for _, n := range g.nodes {
		each := 0
		for _, v := range n.in {
			if rows[v] {
				each = pieces[v]
			}
		}
		if r, ok := n.op.(*reshape); ok && each > 0 {
			each = r.pieces(n, each)
		}
		for _, v := range n.out {
			if rows[v] && each > 0 {
				pieces[v] = each
			}
		}
	}
	return pieces
}

// followRows extends rows, the values that hold a piece for each row of the
// batch, from the inputs to all of the graph. It reports false when an
// operation mixes rows.
func followRows(g *Graph, rows map[*Value]bool) bool {
	for _, n := range g.nodes {
		if isLeaf(n) {
			continue
		}
		in, any := make([]bool, len(n.in)), false
		for i, v := range n.in {
			in[i] = rows[v]
			any = any || in[i]
		}
		if !any {
			continue
		}
		if !n.op.keepsRows(n, in) {
			return false
		}
		for _, v := range n.out {
			rows[v] = true
		}
	}
	return true
}
