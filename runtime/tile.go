package runtime

// tileBytes is what the activations of one tile may take: half of a common
// second-level cache.
const tileBytes = 256 << 10

// tileRows returns how many rows run through the graph at once. It depends on
// the graph and the machine only for speed: answers do not depend on it.
func (p *Program) tileRows(dims []int, rows int) (int, error) {
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
	q, err := p.plan(saved)
	if err != nil {
		return 0, err
	}
	perRow := q.arena/probe + 1
	t := tileBytes / perRow / probe * probe
	// Weights are read once for each tile, so there must be enough rows in it to
	// make use of them.
	least := 1
	if p.store.bytes > tileBytes {
		least = 48
	}
	t = max(min(t, 96), least)
	p.tile.Store(int64(t))
	return t, nil
}
