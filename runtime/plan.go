package runtime

import (
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
	strings int // in the session's memory, beside the arena
	scratch int // float32s for each goroutine
	kept    int // bytes of what tasks keep between calls
	tables  int // bytes of offsets, for all goroutines
	cost    float64
	weights float64 // bytes of weights that one call reads
}

// port is a slot that is pointed at the caller's memory at each call.
type port struct {
	slot, index int
	output      bool
}

type step struct {
	task
	node *node
	out  Type // of the first output
}

// work runs the parts lo <= p < hi. A panic is an error.
func (st *step) work(f *frame, lo, hi int) (err error) {
	defer recoverAt(st.node, &err)
	return st.slices(f, lo, hi)
}

// slices runs the parts lo <= p < hi, few at a time where the call may have to
// end in between.
func (st *step) slices(f *frame, lo, hi int) error {
	if f.watch == nil || f.watch.done == nil || st.cost <= sliceCost {
		st.run(f, lo, hi)
		return nil
	}
	few := max(1, int(float64(st.parts)*sliceCost/st.cost))
	for ; lo < hi; lo += few {
		if err := f.watch.err(); err != nil {
			return err
		}
		st.run(f, lo, min(lo+few, hi))
	}
	return nil
}

// slot says where a value lives.
type slot struct {
	kind   slotKind
	offset int // in the arena or among the strings; or the number of the input, output or variable
	tensor *Tensor
	data   unsafe.Pointer // of tensor, in order; nil where tasks read it packed alone
}

// order finds the elements of a constant that is kept otherwise.
func (s *slot) order() {
	if s.kind == inConstant && s.tensor.source != nil && s.data == nil {
		s.data = s.tensor.memory()
	}
}

type slotKind uint8

const (
	inArena slotKind = iota
	inStrings
	inConstant
	inInput
	inOutput
	inVariable
)

// newPlan prepares g for inputs of these types, which are fully known. Of the body of a
// loop, moving says how many of them differ from step to step; the others come behind
// them. It ends when the call that it is for has to.
func newPlan(g *Graph, in []Type, moving int, st *shared, w *watch) (*plan, error) {
	types, err := concreteTypes(g, in, w)
	if err != nil {
		return nil, err
	}
	p := &plan{}
	l := newLayout(g, types)
	l.assign()
	p.slots, p.arena, p.strings = l.slots, l.arena, l.strings
	for i, s := range p.slots {
		switch s.kind {
		case inConstant:
			p.slots[i].data = s.tensor.data
		case inInput, inOutput:
			p.ports = append(p.ports, port{slot: i, index: s.offset, output: s.kind == inOutput})
		}
	}
	memory := p.arena + p.strings*String.Size()
	for _, v := range g.outputs {
		memory += l.bytes(v)
	}
	if err := st.checkMemory(memory); err != nil {
		return nil, err
	}
	operand := func(v *Value) operand {
		o := operand{Type: types[v], slot: l.slotOf[v], len: types[v].Shape.size()}
		if c, ok := v.node.op.(constant); ok {
			o.tensor = c.t
		}
		s := l.slots[o.slot]
		o.still = s.kind == inInput && s.offset >= moving
		return o
	}
	for _, n := range g.nodes {
		if isLeaf(n) || l.isView(n) {
			continue
		}
		a := &operands{node: n, shared: st, watch: w, taken: memory}
		for _, v := range n.in {
			a.in = append(a.in, operand(v))
		}
		for _, v := range n.out {
			a.out = append(a.out, operand(v))
		}
		k, err := a.prepare()
		if err == nil {
			for _, o := range a.in {
				if !a.readsPacked(o) {
					p.slots[o.slot].order()
				}
			}
			p.add(k, n, types[n.out[0]])
			p.tables += a.taken - memory
			memory = a.taken
			err = st.checkMemory(memory + 4*p.scratch + p.kept)
		}
		if err != nil {
			b := Builder{Scope: n.scope}
			return nil, b.locate(n.op, err)
		}
	}
	for i, v := range g.outputs {
		p.outputs = append(p.outputs, types[v])
		if c := l.copies[i]; c != nil {
			from, to := operand(v), operand(v)
			to.slot = *c
			p.slots[from.slot].order()
			k, _ := serial(0, func(f *frame) { f.move(to, 0, from, 0, from.len) })
			p.add(k, v.node, types[v])
		}
	}
	if err := st.read(w); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *plan) add(k task, n *node, out Type) {
	if k.parts == 0 || k.run == nil {
		return // nothing to compute: a tensor of size zero
	}
	p.steps = append(p.steps, step{task: k, node: n, out: out})
	p.scratch = max(p.scratch, k.scratch)
	p.kept += k.kept
	p.cost += k.cost
	p.weights += k.weights
}

// concreteTypes runs the shape rules with every size known.
func concreteTypes(g *Graph, in []Type, w *watch) (map[*Value]Type, error) {
	types, err := inferTypes(g, in, w)
	if err != nil {
		return nil, err
	}
	for _, n := range g.nodes {
		for _, v := range n.out {
			if !types[v].Shape.Known() {
				return nil, &ShapeError{Where: n.scope, What: n.op.name(), Wanted: "a known size", Received: types[v].Shape.String()}
			}
		}
	}
	return types, nil
}

// inferTypes runs the shape rules for inputs of these types.
func inferTypes(g *Graph, in []Type, w *watch) (map[*Value]Type, error) {
	types := make(map[*Value]Type, len(g.nodes))
	for i, v := range g.inputs {
		types[v] = in[i]
	}
	for _, n := range g.nodes {
		if _, ok := n.op.(placeholder); ok {
			continue
		}
		args := make([]Type, len(n.in))
		for i, v := range n.in {
			args[i] = types[v]
		}
		if err := w.err(); err != nil {
			return nil, err
		}
		out, err := n.op.infer(args)
		if err != nil {
			b := Builder{Scope: n.scope}
			return nil, b.locate(n.op, err)
		}
		for i, v := range n.out {
			if err := out[i].Shape.inBounds(); err != nil {
				b := Builder{Scope: n.scope}
				return nil, b.locate(n.op, err)
			}
			types[v] = out[i]
		}
	}
	return types, nil
}

// memory returns the bytes that one goroutine needs to run the plan.
func (p *plan) memory() int { return p.arena + p.strings*String.Size() + 4*p.scratch + p.kept }

// frame returns memory to run the plan on, but for the slots.
func (p *plan) frame() frame {
	f := frame{slots: make([]unsafe.Pointer, len(p.slots)), scratch: kernel.AlignedFloats(p.scratch), states: make([]any, len(p.steps))}
	for i, st := range p.steps {
		if st.state != nil {
			f.states[i] = st.state()
		}
	}
	return f
}

// bind points the slots at a session's memory. Inputs and outputs are set at
// each call.
func (p *plan) bind(ptrs []unsafe.Pointer, arena []float32, strings []string, variables []*Tensor) {
	for i, s := range p.slots {
		switch s.kind {
		case inArena:
			ptrs[i] = unsafe.Add(unsafe.Pointer(unsafe.SliceData(arena)), s.offset)
		case inStrings:
			ptrs[i] = unsafe.Pointer(unsafe.SliceData(strings[s.offset:]))
		case inConstant:
			ptrs[i] = s.data
		case inVariable:
			ptrs[i] = variables[s.offset].memory()
		}
	}
}
