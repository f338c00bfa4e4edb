package runtime

// simplifyScans makes loops smaller: captured constants become constants of the
// body, what nobody uses of states and outputs goes, and the body is rewritten
// like any graph.
func simplifyScans(st *store) func(g *Graph) (bool, error) {
	return func(g *Graph) (bool, error) {
		changed := false
		users := g.users()
		for _, n := range g.Nodes {
			o, ok := n.Op.(*scan)
			if !ok {
				continue
			}
			smaller := o.bindConstants(n)
			if smaller || !o.simple {
				o = n.Op.(*scan)
				if err := rewrite(o.body, st); err != nil {
					return false, err
				}
				o.body.Inputs, n.In = dropUnused(o.body, o.states+o.steps, n.In)
				o.simple = true
			}
			if o.dropDead(n, users) || smaller {
				changed = true
			}
		}
		return changed, nil
	}
}

// bindConstants gives the node an operation of its own, whose body has the
// constants among the captured values for its own. It reports whether there
// were any.
func (o *scan) bindConstants(n *Node) bool {
	first := o.states + o.steps
	any := !o.simple
	for _, v := range n.In[first:] {
		any = any || v.Constant() != nil
	}
	if !any {
		return false
	}
	c := *o
	c.body, c.simple = o.body.clone(true), false
	n.Op = &c
	inputs, in := c.body.Inputs[:first:first], n.In[:first:first]
	for i, v := range n.In[first:] {
		w := c.body.Inputs[first+i]
		if t := v.Constant(); t != nil {
			w.Node.Op = constant{t: t}
			continue
		}
		inputs, in = append(inputs, w), append(in, v)
	}
	c.body.Inputs, n.In = inputs, in
	return true
}

// dropDead drops the outputs, saved states and states that nothing needs. The
// node's operation is its own already.
func (o *scan) dropDead(n *Node, users map[*Value]int) bool {
	outs := len(o.body.Outputs)
	live := make([]bool, len(n.Out))
	for i, v := range n.Out {
		live[i] = users[v] > 0
	}
	for k, i := range o.saved {
		live[i] = live[i] || live[outs+k]
	}
	// A state lives if a live output of the body depends on it.
	for again := true; again; {
		again = false
		needed := reach(o.body, live[:outs])
		for i := range o.states {
			if !live[i] && needed[o.body.Inputs[i]] {
				live[i], again = true, true
			}
		}
	}
	all := true
	for _, l := range live {
		all = all && l
	}
	if all {
		return false
	}
	c := scan{steps: o.steps, reverse: o.reverse, simple: true, body: o.body}
	var inputs, in, outputs, out []*Value
	number := map[int]int{} // of the states that stay
	for i, v := range o.body.Inputs {
		if i >= o.states || live[i] {
			inputs, in = append(inputs, v), append(in, n.In[i])
		}
		if i < o.states && live[i] {
			number[i] = c.states
			c.states++
		}
	}
	for i, v := range o.body.Outputs {
		if live[i] {
			outputs, out = append(outputs, v), append(out, n.Out[i])
		}
	}
	for k, i := range o.saved {
		if live[outs+k] {
			c.saved, out = append(c.saved, number[i]), append(out, n.Out[outs+k])
		}
	}
	for i, v := range out {
		v.Index = i
	}
	c.body.Inputs, c.body.Outputs = inputs, outputs
	c.body.prune()
	c.body.Inputs, n.In = dropUnused(c.body, c.states+c.steps, in)
	n.Op, n.Out = &c, out
	return true
}

// reach returns the values that the chosen outputs depend on.
func reach(g *Graph, chosen []bool) map[*Value]bool {
	need := map[*Value]bool{}
	for i, v := range g.Outputs {
		if chosen[i] {
			need[v] = true
		}
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n, any := g.Nodes[i], false
		for _, v := range n.Out {
			any = any || need[v]
		}
		if any {
			for _, v := range n.In {
				need[v] = true
			}
		}
	}
	return need
}
