package runtime

// fuseInt4 lets a product unpack its int4 matrix as it goes, rather than hold it as
// floats.
func fuseInt4(g *Graph) (bool, error) {
	changed := false
	for _, n := range g.nodes {
		m, ok := n.op.(matmul)
		if !ok || m.transA || m.epilogue != (epilogue{}) || n.in[0].Rank() < 2 {
			continue
		}
		f, ok := n.in[1].node.op.(int4Floats)
		along := 0 // the axis that the product sums over
		if m.transB {
			along = 1
		}
		if ok && !f.whole && (f.groups < 0 || f.groups == along) && allConstant(n.in[1].node) {
			n.op, n.in = int4Matmul{matrix: f, transB: m.transB}, append(n.in[:1:1], n.in[1].node.in...)
			changed = true
		}
	}
	return changed, nil
}
