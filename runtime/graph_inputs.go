package runtime

// DropUnusedInputs takes out of the graph the inputs that no output depends on.
// It returns which of the inputs stay, by their place before.
func (g *Graph) DropUnusedInputs() (kept []int) {
	all := g.Inputs
	g.Inputs = nil
	g.prune()
	left := map[*Node]bool{}
	for _, n := range g.Nodes {
		left[n] = true
	}
	for i, v := range all {
		if left[v.Node] {
			g.Inputs = append(g.Inputs, v)
			kept = append(kept, i)
		}
	}
	return kept
}
