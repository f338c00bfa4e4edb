package runtime

import "reflect"

// mergeDuplicates computes equal operations on equal inputs once.
func mergeDuplicates(g *Graph) (bool, error) {
	changed := false
	seen := map[*Value][]*Node{} // by first input
	for _, n := range g.Nodes {
		if isLeaf(n) || len(n.In) == 0 || isRandom(n.Op) {
			continue
		}
		for _, m := range seen[n.In[0]] {
			if sameNode(n, m) {
				for i := range n.Out {
					g.replace(n.Out[i], m.Out[i])
				}
				changed = true
				break
			}
		}
		seen[n.In[0]] = append(seen[n.In[0]], n)
	}
	return changed, nil
}

func sameNode(n, m *Node) bool {
	if len(n.In) != len(m.In) || len(n.Out) != len(m.Out) {
		return false
	}
	for i := range n.In {
		if n.In[i] != m.In[i] && !sameScalar(n.In[i], m.In[i]) {
			return false
		}
	}
	return reflect.TypeOf(n.Op) == reflect.TypeOf(m.Op) && sameOp(n.Op, m.Op)
}

func sameScalar(v, w *Value) bool {
	a, b := v.Constant(), w.Constant()
	return a != nil && b != nil && a.dtype == Float32 && b.dtype == Float32 &&
		len(a.shape) == 0 && len(b.shape) == 0 && a.Float32s()[0] == b.Float32s()[0]
}

// sameOp compares operations: by value when they can be compared, else by
// content.
func sameOp(a, b Op) bool {
	if t := reflect.TypeOf(a); t.Kind() != reflect.Pointer && t.Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}
