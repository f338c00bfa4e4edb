package runtime

import "reflect"

// mergeDuplicates computes equal operations on equal inputs once.
func mergeDuplicates(g *Graph) (bool, error) {
	changed := false
	seen := map[*Value][]*node{} // by first input
	for _, n := range g.nodes {
		if isLeaf(n) || len(n.in) == 0 || isRandom(n.op) {
			continue
		}
		for _, m := range seen[n.in[0]] {
			if sameNode(n, m) {
				for i := range n.out {
					g.replace(n.out[i], m.out[i])
				}
				changed = true
				break
			}
		}
		seen[n.in[0]] = append(seen[n.in[0]], n)
	}
	return changed, nil
}

func sameNode(n, m *node) bool {
	if len(n.in) != len(m.in) || len(n.out) != len(m.out) {
		return false
	}
	for i := range n.in {
		if n.in[i] != m.in[i] && !sameScalar(n.in[i], m.in[i]) {
			return false
		}
	}
	return reflect.TypeOf(n.op) == reflect.TypeOf(m.op) && sameOp(n.op, m.op)
}

func sameScalar(v, w *Value) bool {
	a, b := v.Constant(), w.Constant()
	return a != nil && b != nil && a.dtype == Float32 && b.dtype == Float32 &&
		len(a.shape) == 0 && len(b.shape) == 0 && a.Float32s()[0] == b.Float32s()[0]
}

// sameOp compares operations: by value when they can be compared, else by
// content.
func sameOp(a, b operation) bool {
	if t := reflect.TypeOf(a); t.Kind() != reflect.Pointer && t.Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}
