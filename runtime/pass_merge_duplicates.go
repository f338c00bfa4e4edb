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
	changed := false
	merged := substitution{}
	seen := map[uint64][]*node{} // by hash
	d := newDigest()
	for _, n := range g.nodes {
		merged.inputs(n)
		if isLeaf(n) || len(n.in) == 0 || isRandom(n.op) {
			continue
		}
		key := d.node(n)
		first := (*node)(nil)
		for _, m := range seen[key] {
			g.visits++
			if sameNode(n, m) {
				first = m
				break
			}
		}
		if first == nil {
			seen[key] = append(seen[key], n)
			continue
		}
		for i, v := range n.out {
			merged[v] = first.out[i]
		}
		changed = true
	}
	merged.outputs(g)
	return changed, nil
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
	case constant, placeholder, parameter:
		return h
	}
	if t := reflect.TypeOf(op); t.Kind() != reflect.Pointer && t.Comparable() {
		return mix(h ^ maphash.Comparable(d.seed, op))
	}
	return mix(h ^ maphash.String(d.seed, fmt.Sprint(op)))
}
