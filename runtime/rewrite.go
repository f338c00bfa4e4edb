package runtime

// rewrite changes a graph into one that computes the same faster. Each pass is
// a small function in a file of its own, pass_NAME.go, that reports whether it
// changed anything.
func rewrite(g *Graph, w *watch) error {
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

// settle applies passes until none changes anything.
func settle(g *Graph, w *watch, passes ...func(*Graph) (bool, error)) error {
	for again := true; again; {
		again = false
		for _, pass := range passes {
			if err := w.err(); err != nil {
				return err
			}
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
