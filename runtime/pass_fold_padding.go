package runtime

// foldPadding lets a convolution pad by itself, and a maximum over windows where
// no value is below the zeros that were put around.
func foldPadding(g *Graph) (bool, error) {
	changed := false
	for _, n := range g.nodes {
		if len(n.in) == 0 {
			continue
		}
		p, ok := n.in[0].node.op.(*pad)
		if !ok || p.value != 0 || p.before[0]+p.after[0]+p.before[len(p.before)-1]+p.after[len(p.after)-1] > 0 {
			continue
		}
		x := n.in[0].node.in[0]
		switch o := n.op.(type) {
		case conv:
			if o.win, ok = o.win.widened(p); ok {
				n.op = o
			}
		case windowPool:
			ok = o.max && !o.even && positive(x)
			for i := range o.win.axes {
				size := o.size[maxSpatial-o.win.axes+i]
				ok = ok && p.before[1+i] < size && p.after[1+i] < size // no window sees zeros alone
			}
			if !ok {
				continue
			}
			if o.win, ok = o.win.widened(p); ok {
				n.op = o
			}
		default:
			ok = false
		}
		if ok {
			n.in = append([]*Value{x}, n.in[1:]...)
			changed = true
		}
	}
	return changed, nil
}

// widened adds padding to the window's own.
func (w window) widened(p *pad) (window, bool) {
	if w.padding == Same || w.axes != len(p.before)-2 {
		return w, false
	}
	w.padding = Explicit
	for i := range w.axes {
		a := maxSpatial - w.axes + i
		w.before[a] += p.before[1+i]
		w.after[a] += p.after[1+i]
		if w.before[a] > maxStep || w.after[a] > maxStep {
			return w, false
		}
	}
	return w, true
}

// positive reports whether a value is known to have no element below zero.
func positive(v *Value) bool {
	switch o := v.node.op.(type) {
	case unary:
		return o.unaryKind == reluKind || (o.unaryKind == clampKind || o.unaryKind == clipKind) && o.p >= 0
	case fusible:
		e := o.ending()
		return e.act.unaryKind == nil && e.lo < e.hi && e.lo >= 0
	}
	return false
}
