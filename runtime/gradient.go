package runtime

// Gradient extends the graph in b with the derivative of sum(y*dy) over the
// pairs of outputs and cotangents, with respect to each value in wrt. The
// result has wrt's order; it is nil where no derivative flows.
//
// Reverse mode: nodes are visited from the last to the first, so each one's
// cotangents are complete when it is reached.
func Gradient(b *Builder, outputs, cotangents, wrt []*Value) []*Value {
	nodes := b.nodes[:len(b.nodes):len(b.nodes)]
	flows := dependents(nodes, wrt)
	grads := map[*Value]*Value{}
	add := func(v, d *Value) {
		if d == nil || !flows[v] {
			return
		}
		if have := grads[v]; have != nil {
			d = b.Add(have, d)
		}
		grads[v] = d
	}
	for i, v := range outputs {
		add(v, cotangents[i])
	}
	for i := len(nodes) - 1; i >= 0 && b.err == nil; i-- {
		n := nodes[i]
		if isLeaf(n) {
			continue
		}
		dout, any := make([]*Value, len(n.out)), false
		for k, v := range n.out {
			dout[k] = grads[v]
			any = any || dout[k] != nil
		}
		if !any {
			continue
		}
		scope := b.Scope
		b.Scope = n.scope
		for k, d := range n.op.gradient(b, n, dout) {
			add(n.in[k], d)
		}
		b.Scope = scope
	}
	out := make([]*Value, len(wrt))
	for i, v := range wrt {
		out[i] = grads[v]
	}
	return out
}

// dependents marks the values that depend on any of wrt.
func dependents(nodes []*node, wrt []*Value) map[*Value]bool {
	marked := map[*Value]bool{}
	for _, v := range wrt {
		marked[v] = true
	}
	for _, n := range nodes {
		for _, v := range n.in {
			if marked[v] {
				for _, o := range n.out {
					if o.DType == Float32 {
						marked[o] = true
					}
				}
				break
			}
		}
	}
	return marked
}
