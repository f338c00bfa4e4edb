package runtime

import (
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
)

// mergeDuplicates computes equal operations on equal inputs once. It goes through
// the graph in order, each node's inputs being merged already.
func mergeDuplicates(g *Graph) (bool, error) {
	merged := substitution{}
	seen := make(map[*Value]*uses, len(g.nodes))
	for _, n := range g.nodes {
		merged.inputs(n)
		if isLeaf(n) || len(n.in) == 0 || isRandom(n.op) {
			continue
		}
		u := seen[n.in[0]]
		if u == nil {
			u = &uses{}
			seen[n.in[0]] = u
		}
		if first := u.twin(n, &g.visits); first != nil {
			for i, v := range n.out {
				merged[v] = first.out[i]
			}
		}
	}
	merged.outputs(g)
	return len(merged) > 0, nil
}

// uses are the different nodes that have one value for their first input.
type uses struct {
	few    []*node
	digest *digest // once they are many
	byHash map[uint64][]*node
}

// twin returns a node that does the same as n, or takes note of n.
func (u *uses) twin(n *node, visits *int) *node {
	const many = 8 // nodes, from which on hashing them pays
	if u.digest == nil && len(u.few) == many {
		u.digest, u.byHash = newDigest(), map[uint64][]*node{}
		for _, m := range u.few {
			key := u.digest.node(m)
			u.byHash[key] = append(u.byHash[key], m)
		}
	}
	if u.digest == nil {
		m := twinAmong(u.few, n, visits)
		if m == nil {
			u.few = append(u.few, n)
		}
		return m
	}
	key := u.digest.node(n)
	m := twinAmong(u.byHash[key], n, visits)
	if m == nil {
		u.byHash[key] = append(u.byHash[key], n)
	}
	return m
}

func twinAmong(nodes []*node, n *node, visits *int) *node {
	for _, m := range nodes {
		*visits++
		if sameNode(n, m) {
			return m
		}
	}
	return nil
}

// substitution says which value stands for another from now on. A pass fills it
// while it goes through the nodes in order, so that all users change in one walk.
type substitution map[*Value]*Value

func (s substitution) values(vs []*Value) {
	for i, v := range vs {
		if w := s[v]; w != nil {
			vs[i] = w
		}
	}
}

func (s substitution) inputs(n *node)   { s.values(n.in) }
func (s substitution) outputs(g *Graph) { s.values(g.outputs) }

func sameNode(n, m *node) bool {
	if len(n.in) != len(m.in) || len(n.out) != len(m.out) {
		return false
	}
	for i := range n.in {
		if n.in[i] != m.in[i] && !sameScalar(n.in[i], m.in[i]) {
			return false
		}
	}
	return sameOperation(n.op, m.op)
}

// scalarBits returns the bits of a value that is one known float32.
func scalarBits(v *Value) (uint32, bool) {
	if c := v.Constant(); c != nil && c.dtype == Float32 && len(c.shape) == 0 {
		return math.Float32bits(c.Float32s()[0]), true
	}
	return 0, false
}

func sameScalar(v, w *Value) bool {
	a, ok := scalarBits(v)
	b, both := scalarBits(w)
	return ok && both && a == b
}

// digest gives nodes that sameNode calls equal one hash.
type digest struct {
	seed   maphash.Seed
	number map[*Value]int
}

func newDigest() *digest { return &digest{maphash.MakeSeed(), map[*Value]int{}} }

func (d *digest) node(n *node) uint64 {
	type input struct {
		number int
		scalar uint32
	}
	h := d.operation(n.op)
	for _, v := range n.in {
		var i input
		if bits, ok := scalarBits(v); ok {
			i = input{-1, bits}
		} else {
			i.number = d.of(v)
		}
		h = mix(h ^ maphash.Comparable(d.seed, i))
	}
	return h
}

// of numbers values in the order in which they are met.
func (d *digest) of(v *Value) int {
	n, ok := d.number[v]
	if !ok {
		n = len(d.number)
		d.number[v] = n
	}
	return n
}

func (d *digest) operation(op operation) uint64 {
	h := maphash.String(d.seed, op.name())
	switch o := op.(type) {
	case *scan:
		in := &digest{d.seed, map[*Value]int{}}
		for _, n := range o.body.nodes {
			h = mix(h ^ in.node(n))
		}
		return h
	case *recurrent:
		return mix(h ^ maphash.Comparable(d.seed, o.form))
	case constant, placeholder, parameter, number, tokenNumbers, tokenCounts:
		return h
	}
	if t := reflect.TypeOf(op); t.Kind() != reflect.Pointer && t.Comparable() {
		return mix(h ^ maphash.Comparable(d.seed, op))
	}
	return mix(h ^ maphash.String(d.seed, fmt.Sprint(op)))
}
