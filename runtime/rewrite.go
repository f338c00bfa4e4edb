package runtime

// rewrite changes a graph into one that computes the same faster. Each pass is
// a small function in a file of its own, pass_NAME.go, that reports whether it
// changed anything.
func rewrite(g *Graph, w *watch) error {
	if err := settle(g, w, fuseInt4); err != nil { // before constants are folded
		return err
	}
	if err := settle(g, w,
		foldConstants(w),
		mergeDuplicates,
		sinkTransposes,
		foldScale,
		fuseBias,
		fuseActivation,
		fuseResidual,
		foldPadding,
		simplifyScans(w),
	); err != nil {
		return err
	}
	// What is left is joined among itself.
	return settle(g, w, fuseAffine, fuseActivation)
}

// maxRounds bounds how often settle goes through the passes. Graphs of layers take
// a handful of rounds; one that was made to take one for each of its nodes is left
// as it is by then, which is right, only not as fast as it could be.
const maxRounds = 24

// settle applies passes until none changes anything. A pass takes time in
// proportion to the graph.
func settle(g *Graph, w *watch, passes ...func(*Graph) (bool, error)) error {
	again := true
	for round := 0; again && round < maxRounds; round++ {
		again = false
		for _, pass := range passes {
			if err := w.err(); err != nil {
				return err
			}
			g.visits += len(g.nodes)
			changed, err := pass(g)
			if err != nil {
				return err
			}
			if changed {
				g.prune()
				again = true
			}
		}
	}
	return nil
}
