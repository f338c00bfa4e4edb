package runtime

// simplifyScans makes loops smaller: captured constants become constants of the
// body, what nobody uses of states and outputs goes, and the body is rewritten
// like any graph.
func simplifyScans(w *watch) func(g *Graph) (bool, error) {
	return func(g *Graph) (bool, error) {
		changed := false
		users := g.users()
		for _, n := range g.nodes {
			o, ok := n.op.(*scan)
			if !ok {
				continue
			}
			smaller := o.bindConstants(n)
			if smaller || !o.simple {
				o = n.op.(*scan)
				if err := rewrite(o.body, w); err != nil {
					return false, err
				}
				o.body.inputs, n.in = dropUnused(o.body, o.states+o.steps, n.in)
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
func (o *scan) bindConstants(n *node) bool {
	first := o.states + o.steps
	any := !o.simple
	for _, v := range n.in[first:] {
		any = any || v.Constant() != nil
	}
	if !any {
		return false
	}
	c := *o
	c.body, c.simple = o.body.clone(true), false
	n.op = &c
	inputs, in := c.body.inputs[:first:first], n.in[:first:first]
	for i, v := range n.in[first:] {
		w := c.body.inputs[first+i]
		if t := v.Constant(); t != nil {
			w.node.op = constant{t: t}
			continue
		}
		inputs, in = append(inputs, w), append(in, v)
	}
	c.body.inputs, n.in = inputs, in
	return true
}

// dropDead drops the outputs, saved states and states that nothing needs. The
// node's operation is its own already.
func (o *scan) dropDead(n *node, users map[*Value]int) bool {
	outs := len(o.body.outputs)
	live := make([]bool, len(n.out))
	for i, v := range n.out {
		live[i] = users[v] > 0
	}
	for k, i := range o.saved {
		live[i] = live[i] || live[outs+k]
	}
	reach(o.body, o.states, live[:outs])
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
	for i, v := range o.body.inputs {
		if i >= o.states || live[i] {
			inputs, in = append(inputs, v), append(in, n.in[i])
		}
		if i < o.states && live[i] {
			number[i] = c.states
			c.states++
		}
	}
	for i, v := range o.body.outputs {
		if live[i] {
			outputs, out = append(outputs, v), append(out, n.out[i])
		}
	}
	for k, i := range o.saved {
		if live[outs+k] {
			c.saved, out = append(c.saved, number[i]), append(out, n.out[outs+k])
		}
	}
	for i, v := range out {
		v.index = i
	}
	c.body.inputs, c.body.outputs = inputs, outputs
	c.body.prune()
	c.body.inputs, n.in = dropUnused(c.body, c.states+c.steps, in)
	n.op, n.out = &c, out
	return true
}

// reach adds to live, which says of the body's outputs whether they are needed,
// the states that those depend on, from step to step.
func reach(body *Graph, states int, live []bool) {
	state := make(map[*Value]int, states)
	for i, v := range body.inputs[:states] {
		state[v] = i
	}
	seen := map[*node]bool{}
	var todo []*Value
	for i, l := range live {
		if l {
			todo = append(todo, body.outputs[i])
		}
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if i, ok := state[v]; ok && !live[i] {
			live[i] = true
			todo = append(todo, body.outputs[i])
		}
		if !seen[v.node] {
			seen[v.node] = true
			body.visits++
			todo = append(todo, v.node.in...)
		}
	}
}
