package keras

import "context"

// ranks tells, by the layers' names, the rank of what each gives; -1 where layers
// of one name differ.
func (m *Model) ranks() (map[string]int, error) {
	l, err := m.lower(context.Background(), false, true)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range l.Trace.Results {
		if len(r.Path) > 0 && len(r.Tensors) > 0 {
			unify(out, r.Path[len(r.Path)-1].Layer, r.Tensors[0].Value.Rank())
		}
	}
	return out, nil
}

// unify notes a rank, -1 where there was another.
func unify(ranks map[string]int, name string, rank int) {
	if old, seen := ranks[name]; seen && old != rank {
		rank = -1
	}
	ranks[name] = rank
}
