package runtime

// DropUnusedInputs takes out of the graph the inputs that no output depends on.
// It returns which of the inputs stay, by their place before.
func (g *Graph) DropUnusedInputs() (kept []int) {
	all := g.inputs
	g.inputs = nil
	g.prune()
	left := map[*node]bool{}
	for _, n := range g.nodes {
		left[n] = true
	}
	for i, v := range all {
		if left[v.node] {
			g.inputs = append(g.inputs, v)
			kept = append(kept, i)
		}
	}
	return kept
}
