package runtime

import (
	"fmt"
	"sort"
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// A plan is a graph prepared for concrete input shapes: a flat list of kernel
// calls and the place of every value.
type plan struct {
	key     []int // the sizes of the inputs' unknown axes
	steps   []step
	slots   []slot
	ports   []port
	outputs []Type
	arena   int // bytes
	scratch int // float32s for each goroutine
	kept    int // bytes of what kernels keep between calls
	cost    float64
	weights float64 // bytes of weights that one call reads
}

// port is a slot that is pointed at the caller's memory at each call.
type port struct {
	slot, index int
	output      bool
}

type step struct {
	Kernel
	node *Node
	out  Type // of the first output
}

// slot says where a value lives.
type slot struct {
	kind   slotKind
	offset int // in the arena; or the number of the input, output or variable
	tensor *Tensor
}

type slotKind uint8

const (
	inArena slotKind = iota
	inConstant
	inInput
	inOutput
	inVariable
)

// viewer is implemented by operations whose output is their first input's
// memory under another shape.
type viewer interface{ view() }

// inPlacer is implemented by operations that may write their output over the
// listed inputs, when these have the output's size.
type inPlacer interface{ inPlace() []int }

// overwriter is implemented by operations that may write their output over the
// given inputs if no other input shares that memory.
type overwriter interface{ overwrites(n *Node) []int }

// newPlan prepares g for inputs of these types, which are fully known.
func newPlan(g *Graph, in []Type, st *store) (*plan, error) {
	types, err := concreteTypes(g, in)
	if err != nil {
		return nil, err
	}
	p := &plan{}
	l := newLayout(g, types)
	l.assign()
	p.slots, p.arena = l.slots, l.arena
	for i, s := range p.slots {
		if s.kind == inInput || s.kind == inOutput {
			p.ports = append(p.ports, port{slot: i, index: s.offset, output: s.kind == inOutput})
		}
	}
	memory := p.arena
	for _, v := range g.Outputs {
		memory += l.bytes(v)
	}
	if err := st.checkMemory(memory); err != nil {
		return nil, err
	}
	operand := func(v *Value) Operand {
		o := Operand{Type: types[v], slot: l.slotOf[v], Len: types[v].Shape.size()}
		if c, ok := v.Node.Op.(constant); ok {
			o.tensor = c.t
		}
		return o
	}
	for _, n := range g.Nodes {
		if isLeaf(n) || l.isView(n) {
			continue
		}
		a := &Args{Node: n, store: st}
		for _, v := range n.In {
			a.In = append(a.In, operand(v))
		}
		for _, v := range n.Out {
			a.Out = append(a.Out, operand(v))
		}
		k, err := n.Op.Kernel(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", n.Scope, n.Op.Name(), err)
		}
		p.add(k, n, types[n.Out[0]])
		if err := st.checkMemory(memory + 4*p.scratch); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", n.Scope, n.Op.Name(), err)
		}
	}
	for i, v := range g.Outputs {
		p.outputs = append(p.outputs, types[v])
		if c := l.copies[i]; c != nil {
			from, to := operand(v), operand(v)
			to.slot = *c
			k, _ := serial(0, func(f *Frame) { copy(f.bytes(to), f.bytes(from)) })
			p.add(k, v.Node, types[v])
		}
	}
	return p, nil
}

func (p *plan) add(k Kernel, n *Node, out Type) {
	if k.Parts == 0 || k.Run == nil {
		return // nothing to compute: a tensor of size zero
	}
	p.steps = append(p.steps, step{Kernel: k, node: n, out: out})
	p.scratch = max(p.scratch, k.Scratch)
	p.kept += k.Kept
	p.cost += k.Cost
	p.weights += k.Weights
}

// concreteTypes runs the shape rules with every size known.
func concreteTypes(g *Graph, in []Type) (map[*Value]Type, error) {
	types, err := inferTypes(g, in)
	if err != nil {
		return nil, err
	}
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			if !types[v].Shape.Known() {
				return nil, &ShapeError{Where: n.Scope, What: n.Op.Name(), Wanted: "a known size", Received: types[v].Shape.String()}
			}
		}
	}
	return types, nil
}

// inferTypes runs the shape rules for inputs of these types.
func inferTypes(g *Graph, in []Type) (map[*Value]Type, error) {
	types := make(map[*Value]Type, len(g.Nodes))
	for i, v := range g.Inputs {
		types[v] = in[i]
	}
	for _, n := range g.Nodes {
		if _, ok := n.Op.(placeholder); ok {
			continue
		}
		args := make([]Type, len(n.In))
		for i, v := range n.In {
			args[i] = types[v]
		}
		out, err := n.Op.Infer(args)
		if err != nil {
			b := Builder{Scope: n.Scope}
			return nil, b.locate(n.Op, err)
		}
		for i, v := range n.Out {
			if err := out[i].Shape.inBounds(); err != nil {
				b := Builder{Scope: n.Scope}
				return nil, b.locate(n.Op, err)
			}
			types[v] = out[i]
		}
	}
	return types, nil
}

// layout finds the place of every value. Values that share memory (views and
// results written over an input) share a root.
type layout struct {
	g      *Graph
	types  map[*Value]Type
	root   map[*Value]*Value
	last   map[*Value]int // by root: the last node that uses it
	first  map[*Value]int // by root: the node that makes it
	slotOf map[*Value]int
	slots  []slot
	copies []*int // by output: the output's own slot if it has to be copied
	arena  int
}

func newLayout(g *Graph, types map[*Value]Type) *layout {
	return &layout{g: g, types: types, root: map[*Value]*Value{}, last: map[*Value]int{}, first: map[*Value]int{},
		slotOf: map[*Value]int{}, copies: make([]*int, len(g.Outputs))}
}

func (l *layout) isView(n *Node) bool {
	_, ok := n.Op.(viewer)
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
	for i, v := range l.g.Inputs {
		place(v, slot{kind: inInput, offset: i})
	}
	for _, n := range l.g.Nodes {
		switch op := n.Op.(type) {
		case constant:
			place(n.Out[0], slot{kind: inConstant, tensor: op.t})
		case parameter:
			place(n.Out[0], slot{kind: inVariable, offset: op.index})
		}
	}
	for i, v := range l.g.Outputs {
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
	for i, n := range l.g.Nodes {
		for _, v := range n.In {
			lastUse[v] = i
		}
	}
	forever := len(l.g.Nodes)
	for _, v := range l.g.Outputs {
		lastUse[v] = forever
	}
	// A root dies when the last value on it has been used; views extend it, so
	// uses are pushed down to roots from the end.
	for i := len(l.g.Nodes) - 1; i >= 0; i-- {
		if n := l.g.Nodes[i]; l.isView(n) {
			lastUse[n.In[0]] = max(lastUse[n.In[0]], lastUse[n.Out[0]])
		}
	}
	for i, n := range l.g.Nodes {
		for _, v := range n.Out {
			l.root[v] = v
			l.first[v] = i
			l.last[v] = max(i, lastUse[v])
		}
		if isLeaf(n) {
			continue
		}
		if l.isView(n) {
			r := l.root[n.In[0]]
			l.root[n.Out[0]] = r
			l.last[r] = max(l.last[r], lastUse[n.Out[0]])
			continue
		}
		switch op := n.Op.(type) {
		case inPlacer:
			l.tryInPlace(i, n, op.inPlace(), true)
		case overwriter:
			l.tryInPlace(i, n, op.overwrites(n), false)
		}
	}
}

// tryInPlace lets node i write over an input that nobody uses later. Where
// twice is set the same value may be another input too.
func (l *layout) tryInPlace(i int, n *Node, candidates []int, twice bool) {
	out := n.Out[0]
	for _, k := range candidates {
		r := l.root[n.In[k]]
		if isLeaf(r.Node) || l.last[r] != i || l.bytes(n.In[k]) != l.bytes(out) || l.bytes(r) != l.bytes(out) {
			continue
		}
		shared := false // by another input of the same node
		for j, v := range n.In {
			shared = shared || j != k && l.root[v] == r && !(twice && v == n.In[k])
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
// the lowest offset that is free for its whole life.
func (l *layout) placeArena(byRoot map[*Value]int) {
	type block struct {
		root              *Value
		first, last       int
		offset, size, seq int
	}
	var blocks []*block
	for seq, n := range l.g.Nodes {
		for _, v := range n.Out {
			if _, done := byRoot[v]; done || l.root[v] != v {
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

// memory returns the bytes that one goroutine needs to run the plan.
func (p *plan) memory() int { return p.arena + 4*p.scratch + p.kept }

// frame returns memory to run the plan on, but for the slots.
func (p *plan) frame() Frame {
	f := Frame{slots: make([]unsafe.Pointer, len(p.slots)), scratch: kernel.AlignedFloats(p.scratch), states: make([]any, len(p.steps))}
	for i, st := range p.steps {
		if st.State != nil {
			f.states[i] = st.State()
		}
	}
	return f
}

// bind points the slots at a session's memory. Inputs and outputs are set at
// each call.
func (p *plan) bind(ptrs []unsafe.Pointer, arena []float32, variables []*Tensor) {
	for i, s := range p.slots {
		switch s.kind {
		case inArena:
			ptrs[i] = unsafe.Add(unsafe.Pointer(unsafe.SliceData(arena)), s.offset)
		case inConstant:
			ptrs[i] = s.tensor.data
		case inVariable:
			ptrs[i] = variables[s.offset].data
		}
	}
}
