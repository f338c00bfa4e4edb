package layers

import "strings"

// sort orders the calls so that each comes after those it depends on, and as Keras
// runs them, since layers may take the masks off tensors that later calls see. It
// reports false if there is a cycle.
func (g *functionalGraph) sort(outputs any) bool {
	needs := make([][]source, len(g.l.calls))
	for k, w := range g.l.calls {
		needs[k] = w.sources()
	}
	order, stuck := g.dependencies(needs)
	if len(stuck) > 0 {
		g.d.Broken("the graph must have no cycles, received one through %s", strings.Join(stuck, ", "))
		return false
	}
	calls := g.l.calls
	g.place = make([]int, len(calls))
	for n, k := range g.asRun(order, needs, outputs) {
		g.place[k] = n
	}
	g.l.calls = make([]wire, len(calls))
	for k, w := range calls {
		w.args, _ = g.moved(w.args).([]any)
		w.kwargs, _ = g.moved(w.kwargs).(map[string]any)
		g.l.calls[g.place[k]] = w
	}
	return true
}

// dependencies returns the calls in an order in which they can run (Kahn's
// algorithm), and the names of up to eight layers in cycles.
func (g *functionalGraph) dependencies(needs [][]source) (ready []int, stuck []string) {
	calls := g.l.calls
	waits := make([]int, len(calls))
	users := make([][]int, len(calls))
	for k := range calls {
		for _, s := range needs[k] {
			waits[k]++
			users[s.call] = append(users[s.call], k)
		}
		if waits[k] == 0 {
			ready = append(ready, k)
		}
	}
	for n := 0; n < len(ready); n++ {
		for _, u := range users[ready[n]] {
			if waits[u]--; waits[u] == 0 {
				ready = append(ready, u)
			}
		}
	}
	if len(ready) < len(calls) {
		for k, n := range waits {
			if n > 0 && len(stuck) < 8 {
				stuck = append(stuck, g.l.layers[calls[k].layer].Base().Name)
			}
		}
	}
	return ready, stuck
}

// asRun returns the calls in the order in which Keras runs them: the deepest
// first, a call's depth being its longest way to an output, and those of equal
// depth as they are met on the way from the outputs back
// (keras/src/ops/function.py, map_graph). Calls that no output needs, which Keras
// does not run, come last in the order given.
func (g *functionalGraph) asRun(order []int, needs [][]source, outputs any) []int {
	calls := g.l.calls
	met, depth := g.fromOutputs(needs, outputs), make([]int, len(calls))
	layerDepth := make([]int, len(g.l.layers))
	seen := make([]bool, len(calls))
	var first []int // in the order in which they get a depth
	touch := func(k int) {
		if !seen[k] {
			seen[k] = true
			first = append(first, k)
		}
	}
	deepest := 0
	for i := len(met) - 1; i >= 0; i-- {
		k := met[i]
		touch(k)
		d := max(depth[k], layerDepth[calls[k].layer])
		depth[k], layerDepth[calls[k].layer] = d, d
		for _, s := range needs[k] {
			touch(s.call)
			depth[s.call] = max(depth[s.call], d+1)
		}
		deepest = max(deepest, d)
	}
	byDepth := make([][]int, deepest+1)
	for _, k := range first {
		byDepth[depth[k]] = append(byDepth[depth[k]], k)
	}
	out := make([]int, 0, len(calls))
	for d := deepest; d >= 0; d-- {
		out = append(out, byDepth[d]...)
	}
	for _, k := range order {
		if !seen[k] {
			out = append(out, k)
		}
	}
	return out
}

// fromOutputs lists the calls that outputs need, each after those it depends on:
// depth first from the outputs, through the tensors of a call in their order.
func (g *functionalGraph) fromOutputs(needs [][]source, outputs any) []int {
	done := make([]bool, len(needs))
	next := make([]int, len(needs))
	var met, stack []int
	visit := func(k int) {
		if !done[k] {
			done[k] = true
			stack = append(stack, k)
		}
	}
	for _, end := range g.named(nil, outputs) {
		visit(end)
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			if next[k] < len(needs[k]) {
				next[k]++
				visit(needs[k][next[k]-1].call)
				continue
			}
			stack = stack[:len(stack)-1]
			met = append(met, k)
		}
	}
	return met
}

// named lists the calls that a structure of [layer, node, tensor] names, leaving
// out those that are not there: ends says what is wrong with them.
func (g *functionalGraph) named(to []int, v any) []int {
	if h, ok := parseHistory(v); ok {
		if i, ok := g.number[h.layer]; ok && h.node < len(g.nodes[i]) {
			to = append(to, g.first[i]+h.node)
		}
		return to
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			to = g.named(to, e)
		}
	case map[string]any:
		for _, k := range SortedKeys(x) {
			to = g.named(to, x[k])
		}
	}
	return to
}
