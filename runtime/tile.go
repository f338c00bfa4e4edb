package runtime

// tileBytes is what the activations of one tile may take: half of a common
// second-level cache.
const tileBytes = 256 << 10

// reuse is how many operations a tile does for each byte of weights that it
// reads, at least: what a core computes while it reads a byte from the last
// level of cache, a few times over.
const reuse = 20

// maxTile bounds the rows of a tile.
const maxTile = 96

// leastRows returns how many rows a tile must have to make use of the weights
// that it reads, by a plan for probe rows.
func leastRows(q *plan, probe int) int {
	if q.weights <= tileBytes || q.cost == 0 {
		return 1
	}
	need := reuse * q.weights / (q.cost / float64(probe))
	if need <= 1 {
		return 1
	}
	return int(min(need, maxTile)+float64(probe)-1) / probe * probe
}

// tileRows returns how many rows run through the graph at once. It depends on
// the graph and the machine only for speed: answers do not depend on it.
func (p *Program) tileRows(dims []int, rows int, w *watch) (int, error) {
	if t := p.tile.Load(); t > 0 {
		return int(t), nil
	}
	if rows <= 1 {
		return 1, nil
	}
	const probe = 6
	saved := append([]int{}, dims...)
	for i, u := range p.unknown {
		if u[1] == 0 {
			saved[i] = probe
		}
	}
	q, err := p.plan(saved, w)
	if late := w.err(); late != nil {
		return 0, late
	}
	if err != nil {
		return 1, nil // too large for several rows together; what else is wrong one row shows too
	}
	fit := tileBytes / (q.arena/probe + 1) / probe * probe
	t := max(1, min(max(fit, leastRows(q, probe)), maxTile))
	p.tile.Store(int64(t))
	return t, nil
}
