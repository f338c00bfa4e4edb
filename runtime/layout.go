package runtime

import "sort"

// viewer is implemented by operations whose output is their first input's
// memory under another shape.
type viewer interface{ view() }

// inPlacer is implemented by operations that may write their output over the
// listed inputs, when these have the output's size.
type inPlacer interface{ inPlace() []int }

// overwriter is implemented by operations that may write their output over the
// given inputs if no other input shares that memory.
type overwriter interface{ overwrites(n *node) []int }

// layout finds the place of every value. Values that share memory (views and
// results written over an input) share a root.
type layout struct {
	g       *Graph
	types   map[*Value]Type
	root    map[*Value]*Value
	last    map[*Value]int // by root: the last node that uses it
	first   map[*Value]int // by root: the node that makes it
	slotOf  map[*Value]int
	slots   []slot
	copies  []*int // by output: the output's own slot if it has to be copied
	arena   int
	strings int
}

func newLayout(g *Graph, types map[*Value]Type) *layout {
	return &layout{g: g, types: types, root: map[*Value]*Value{}, last: map[*Value]int{}, first: map[*Value]int{},
		slotOf: map[*Value]int{}, copies: make([]*int, len(g.outputs))}
}

func (l *layout) isView(n *node) bool {
	_, ok := n.op.(viewer)
	return ok
}

func (l *layout) bytes(v *Value) int {
	t := l.types[v]
	return t.Shape.size() * t.DType.Size()
}

func (l *layout) assign() {
	l.findRoots()
	byRoot := map[*Value]int{}
	place := func(r *Value, s slot) {
		byRoot[r] = len(l.slots)
		l.slots = append(l.slots, s)
	}
	for i, v := range l.g.inputs {
		place(v, slot{kind: inInput, offset: i})
	}
	for _, n := range l.g.nodes {
		switch op := n.op.(type) {
		case constant:
			place(n.out[0], slot{kind: inConstant, tensor: op.t})
		case parameter:
			place(n.out[0], slot{kind: inVariable, offset: op.index})
		}
	}
	for i, v := range l.g.outputs {
		r := l.root[v]
		if _, taken := byRoot[r]; taken {
			s := len(l.slots)
			l.slots = append(l.slots, slot{kind: inOutput, offset: i})
			l.copies[i] = &s
			continue
		}
		place(r, slot{kind: inOutput, offset: i})
	}
	l.placeArena(byRoot)
	for v, r := range l.root {
		l.slotOf[v] = byRoot[r]
	}
}

// findRoots joins values that share memory and finds how long each root lives.
func (l *layout) findRoots() {
	lastUse := map[*Value]int{}
	for i, n := range l.g.nodes {
		for _, v := range n.in {
			lastUse[v] = i
		}
	}
	forever := len(l.g.nodes)
	for _, v := range l.g.outputs {
		lastUse[v] = forever
	}
	// A root dies when the last value on it has been used; views extend it, so
	// uses are pushed down to roots from the end.
	for i := len(l.g.nodes) - 1; i >= 0; i-- {
		if n := l.g.nodes[i]; l.isView(n) {
			lastUse[n.in[0]] = max(lastUse[n.in[0]], lastUse[n.out[0]])
		}
	}
	for i, n := range l.g.nodes {
		for _, v := range n.out {
			l.root[v] = v
			l.first[v] = i
			l.last[v] = max(i, lastUse[v])
		}
		if isLeaf(n) {
			continue
		}
		if l.isView(n) {
			r := l.root[n.in[0]]
			l.root[n.out[0]] = r
			l.last[r] = max(l.last[r], lastUse[n.out[0]])
			continue
		}
		switch op := n.op.(type) {
		case inPlacer:
			l.tryInPlace(i, n, op.inPlace(), true)
		case overwriter:
			l.tryInPlace(i, n, op.overwrites(n), false)
		}
	}
}

// tryInPlace lets node i write over an input that nobody uses later. Where
// twice is set the same value may be another input too.
func (l *layout) tryInPlace(i int, n *node, candidates []int, twice bool) {
	out := n.out[0]
	for _, k := range candidates {
		r := l.root[n.in[k]]
		if isLeaf(r.node) || l.last[r] != i || l.bytes(n.in[k]) != l.bytes(out) || l.bytes(r) != l.bytes(out) {
			continue
		}
		shared := false // by another input of the same node
		for j, v := range n.in {
			shared = shared || j != k && l.root[v] == r && !(twice && v == n.in[k])
		}
		if shared {
			continue
		}
		l.root[out] = r
		l.last[r] = max(l.last[r], l.last[out])
		return
	}
}

const arenaAlign = 64

// placeArena gives every root without a place an offset, largest first, each at
// the lowest offset that is free for its whole life. Strings live apart, where
// the garbage collector sees their text, each value at a place of its own.
func (l *layout) placeArena(byRoot map[*Value]int) {
	type block struct {
		root              *Value
		first, last       int
		offset, size, seq int
	}
	var blocks []*block
	for seq, n := range l.g.nodes {
		for _, v := range n.out {
			if _, done := byRoot[v]; done || l.root[v] != v {
				continue
			}
			if v.DType == String {
				byRoot[v] = len(l.slots)
				l.slots = append(l.slots, slot{kind: inStrings, offset: l.strings})
				l.strings += l.types[v].Shape.size()
				continue
			}
			size := (l.bytes(v) + arenaAlign - 1) &^ (arenaAlign - 1)
			blocks = append(blocks, &block{root: v, first: l.first[v], last: l.last[v], size: size, seq: seq})
		}
	}
	sort.SliceStable(blocks, func(i, j int) bool {
		if blocks[i].size != blocks[j].size {
			return blocks[i].size > blocks[j].size
		}
		return blocks[i].seq < blocks[j].seq
	})
	var placed []*block // by offset
	for _, b := range blocks {
		at := 0
		for _, o := range placed {
			if o.last < b.first || o.first > b.last {
				continue
			}
			if o.offset >= at+b.size {
				break
			}
			at = max(at, o.offset+o.size)
		}
		b.offset = at
		i := sort.Search(len(placed), func(i int) bool { return placed[i].offset > at })
		placed = append(placed, nil)
		copy(placed[i+1:], placed[i:])
		placed[i] = b
		l.arena = max(l.arena, at+b.size)
		byRoot[b.root] = len(l.slots)
		l.slots = append(l.slots, slot{kind: inArena, offset: at})
	}
}
