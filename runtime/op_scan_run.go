package runtime

import (
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// loop is a scan on concrete shapes.
type loop struct {
	o        *scan
	p        *plan // of the body
	time     int
	in, out  []operand
	inSlots  []int // of the body's plan, by input
	outSlots []int
	steps    []track // of the sequences
	outs     []track
	saved    []track
	buffers  [][2]int // of the states, which go from one to the other
	memory   int      // bytes of state and step buffers
}

// track is a tensor (batch, time, …) of which the body sees one step at a time.
type track struct {
	operand
	rows   int // of the batch
	row    int // bytes of one step of one row
	buffer int // where a step is gathered; with one row it is used in place
}

// reserve takes n bytes of memory, aligned for the kernels.
func (l *loop) reserve(n int) int {
	at := l.memory
	l.memory += (n + arenaAlign - 1) &^ (arenaAlign - 1)
	return at
}

func (l *loop) track(o operand) track {
	t := track{operand: o, rows: o.Shape[0]}
	if n := o.Shape[0] * o.Shape[1]; n > 0 {
		t.row = o.len / n * o.DType.Size()
	}
	if t.rows != 1 {
		t.buffer = l.reserve(t.rows * t.row)
	}
	return t
}

func (o *scan) prepare(a *operands) (task, error) {
	l := &loop{o: o, in: a.in, out: a.out, time: a.in[o.states].Shape[1]}
	types := make([]Type, len(a.in))
	for i, x := range a.in {
		types[i] = x.Type
		if i >= o.states && i < o.states+o.steps {
			types[i].Shape = append(x.Shape[:1:1], x.Shape[2:]...)
		}
	}
	var err error
	if l.p, err = newPlan(o.body, types, o.states+o.steps, a.shared, a.watch); err != nil {
		return task{}, err
	}
	a.taken += l.p.tables
	l.inSlots, l.outSlots = make([]int, len(types)), make([]int, len(o.body.outputs))
	for i, s := range l.p.slots {
		switch s.kind {
		case inInput:
			l.inSlots[s.offset] = i
		case inOutput:
			l.outSlots[s.offset] = i
		}
	}
	for _, x := range a.in[:o.states] {
		n := x.len * x.DType.Size()
		l.buffers = append(l.buffers, [2]int{l.reserve(n), l.reserve(n)})
	}
	for _, x := range a.in[o.states : o.states+o.steps] {
		l.steps = append(l.steps, l.track(x))
	}
	for i, y := range a.out[o.states:] {
		if i < o.outs() {
			l.outs = append(l.outs, l.track(y))
		} else {
			l.saved = append(l.saved, l.track(y))
		}
	}
	return task{parts: 1, cost: l.p.cost * float64(l.time), weights: l.p.weights * float64(l.time), state: l.state,
		kept: l.memory + l.p.memory(), run: func(f *frame, _, _ int) { l.run(f) }}, nil
}

// loopState is what a session keeps for a loop: the frame of its body, and
// memory for what goes from step to step.
type loopState struct {
	frame
	arena   []float32
	memory  unsafe.Pointer
	current []unsafe.Pointer // the states before a step
}

func (l *loop) state() any {
	s := &loopState{frame: l.p.frame(), arena: kernel.AlignedFloats(l.p.arena / 4), current: make([]unsafe.Pointer, l.o.states)}
	s.memory = unsafe.Pointer(unsafe.SliceData(kernel.AlignedFloats(l.memory / 4)))
	l.p.bind(s.slots, s.arena, make([]string, l.p.strings), nil)
	return s
}

func (l *loop) run(f *frame) {
	s := f.state().(*loopState)
	o := l.o
	s.watch = f.watch
	s.seed = f.seed // so random numbers are the same at every step
	for i := range l.in {
		switch {
		case i < o.states:
			s.current[i] = f.slots[l.in[i].slot]
		case i >= o.states+o.steps:
			s.slots[l.inSlots[i]] = f.slots[l.in[i].slot]
		}
	}
	for k := range l.time {
		s.again = k > 0
		t := k
		if o.reverse {
			t = l.time - 1 - k
		}
		l.place(f, s, t, k)
		for i := range l.p.steps {
			s.step = i
			if l.p.steps[i].slices(&s.frame, 0, l.p.steps[i].parts) != nil {
				return
			}
		}
		if f.expired() {
			return
		}
		for i := range l.outs {
			l.outs[i].scatter(f, t, s.slots[l.outSlots[o.states+i]])
		}
		for i := range s.current {
			s.current[i] = s.slots[l.outSlots[i]]
		}
	}
	if l.time == 0 {
		for i, x := range l.in[:o.states] {
			copy(f.bytes(l.out[i]), f.bytes(x))
		}
	}
}

// place points the body's inputs and outputs at the data of step t, the k-th
// that is run.
func (l *loop) place(f *frame, s *loopState, t, k int) {
	o := l.o
	for i, p := range s.current {
		s.slots[l.inSlots[i]] = p
		next := f.slots[l.out[i].slot]
		if k < l.time-1 {
			next = unsafe.Add(s.memory, l.buffers[i][k&1])
		}
		s.slots[l.outSlots[i]] = next
	}
	for i := range l.saved {
		l.saved[i].scatter(f, t, s.current[o.saved[i]])
	}
	for i := range l.steps {
		s.slots[l.inSlots[o.states+i]] = l.steps[i].gather(f, t, s.memory)
	}
	for i := range l.outs {
		s.slots[l.outSlots[o.states+i]] = l.outs[i].at(f, t, s.memory)
	}
}

// at returns where step t is to be written.
func (x *track) at(f *frame, t int, memory unsafe.Pointer) unsafe.Pointer {
	if x.rows == 1 {
		return unsafe.Add(f.slots[x.slot], t*x.row)
	}
	return unsafe.Add(memory, x.buffer)
}

// gather returns step t in contiguous memory.
func (x *track) gather(f *frame, t int, memory unsafe.Pointer) unsafe.Pointer {
	p := x.at(f, t, memory)
	if x.rows != 1 && x.row > 0 {
		to, from := unsafe.Slice((*byte)(p), x.rows*x.row), f.bytes(x.operand)[t*x.row:]
		stride := x.Shape[1] * x.row
		for r := range x.rows {
			copy(to[r*x.row:][:x.row], from[r*stride:])
		}
	}
	return p
}

// scatter writes step t, which lies at p, to where it belongs.
func (x *track) scatter(f *frame, t int, p unsafe.Pointer) {
	if x.row == 0 {
		return
	}
	to, from := f.bytes(x.operand)[t*x.row:], unsafe.Slice((*byte)(p), x.rows*x.row)
	if unsafe.SliceData(to) == unsafe.SliceData(from) {
		return
	}
	stride := x.Shape[1] * x.row
	for r := range x.rows {
		copy(to[r*stride:][:x.row], from[r*x.row:][:x.row])
	}
}
