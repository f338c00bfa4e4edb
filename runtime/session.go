package runtime

import (
	"context"
	"fmt"
	"sync"
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// Session is the working memory of one call of a Program. Program.Run takes
// one from a pool; hold one yourself to run from a single goroutine without
// asking the pool. A Session is not safe for concurrent use.
type Session struct {
	p       *Program
	arena   []float32
	strings []string
	dims    []int
	bound   map[*plan]*binding
	seed    uint64
	watch   watch // of the call in progress

	// What the last call used, for calls that repeat.
	recent     *plan
	recentRows int
	last       *binding
	whole      *plan // that ran all of wholeRows rows at once
	wholeRows  int

	in, out   Tensor // of RunRows
	ins, outs [1]*Tensor
}

// Seed sets what the graph's random numbers come from in the calls that follow.
func (s *Session) Seed(seed uint64) { s.seed = seed }

// binding is a plan's slots in this session's memory.
type binding struct {
	frame
	plan  *plan
	arena *float32 // the arena that it was bound to
}

// NewSession returns a session of its own.
func (p *Program) NewSession() *Session {
	s := &Session{p: p, dims: make([]int, len(p.unknown)), bound: map[*plan]*binding{}}
	s.ins[0], s.outs[0] = &s.in, &s.out
	return s
}

// Run is Program.Run on this session's memory.
func (s *Session) Run(ctx context.Context, in, out []*Tensor) error {
	s.watch = watchOf(ctx)
	err := s.run(in, out)
	if err == nil {
		err = s.watch.err()
	}
	s.watch = watch{} // keep nothing of the caller's alive
	return err
}

func (s *Session) run(in, out []*Tensor) error {
	p := s.p
	in, err := p.measure(in, &s.watch)
	if err == nil {
		err = p.check(in, s.dims)
	}
	if err != nil {
		return err
	}
	if len(out) != len(p.g.outputs) {
		return &ShapeError{What: "outputs", Wanted: fmt.Sprint(len(p.g.outputs)), Received: fmt.Sprint(len(out))}
	}
	if p.rowwise {
		return s.runRows(in, out)
	}
	q, err := p.plan(s.dims, &s.watch)
	if err != nil {
		return err
	}
	for i, t := range q.outputs {
		if err := p.prepare(out, i, t); err != nil {
			return err
		}
	}
	return s.execute(q, in, out, 0)
}

// prepare allocates an output or checks the one that was given.
func (p *Program) prepare(out []*Tensor, i int, t Type) (err error) {
	if out[i] == nil {
		if err := t.Shape.inBounds(); err != nil {
			return err
		}
		if err := p.shared.checkMemory(int(t.RowBytes())); err != nil {
			return err
		}
		out[i], err = NewTensor(t.DType, t.Shape...)
		return err
	}
	if o := out[i]; o.dtype != t.DType || !o.shape.Equal(t.Shape) {
		return &ShapeError{What: fmt.Sprintf("output %d", i), Wanted: t.String(), Received: o.Type().String()}
	}
	return nil
}

// runRows runs the batch in tiles through the whole graph, so that activations
// stay in cache.
func (s *Session) runRows(in, out []*Tensor) error {
	p := s.p
	rows := in[0].shape[0]
	s.whole = nil
	tile, q, err := s.tiles(rows)
	if err == nil {
		err = p.admit(q, tile, rows)
	}
	if err != nil {
		return err
	}
	n := min(tile, rows)
	for i, t := range q.outputs {
		if o := out[i]; o != nil && rowsMatch(o, t, n, rows) {
			continue
		}
		if rows > n {
			t.Shape = t.Shape.clone()
			t.Shape[0] = t.Shape[0] / n * rows
		}
		if err := p.prepare(out, i, t); err != nil {
			return err
		}
	}
	if rows == 0 {
		return nil
	}
	if threads := p.goroutines(q, tile, rows); threads > 1 {
		return p.team.rows(s, threads, tile, rows, in, out)
	}
	if err := s.runTiles(tile, 0, rows, in, out); err != nil {
		return err
	}
	if p.batchOnly && rows <= tile {
		s.whole, s.wholeRows = q, rows
	}
	return nil
}

// tiles returns how many rows of so many make a tile, and the plan for one.
func (s *Session) tiles(rows int) (int, *plan, error) {
	tile, err := s.p.tileRows(s.dims, rows, &s.watch)
	if err != nil {
		return 0, nil, err
	}
	q, err := s.rowPlan(min(tile, rows))
	return tile, q, err
}

// rowsMatch reports whether o holds the rows of an output whose type for n rows is t.
func rowsMatch(o *Tensor, t Type, n, rows int) bool {
	if o.dtype != t.DType || len(o.shape) != len(t.Shape) || n == 0 || o.shape[0] != t.Shape[0]/n*rows {
		return false
	}
	for i, d := range t.Shape[1:] {
		if o.shape[i+1] != d {
			return false
		}
	}
	return true
}

// runTiles runs the rows lo <= r < hi in tiles.
func (s *Session) runTiles(tile, lo, hi int, in, out []*Tensor) error {
	var q *plan
	last := -1
	for r := lo; r < hi; r += tile {
		n := min(tile, hi-r)
		if n != last {
			var err error
			if q, err = s.rowPlan(n); err != nil {
				return err
			}
			last = n
		}
		if err := s.execute(q, in, out, r); err != nil {
			return err
		}
	}
	return nil
}

// rowPlan returns the plan for this many rows, the other sizes being in s.dims.
func (s *Session) rowPlan(rows int) (*plan, error) {
	if s.p.batchOnly && s.recent != nil && s.recentRows == rows {
		return s.recent, nil
	}
	q, err := s.p.plan(s.tileDims(rows), &s.watch)
	if err == nil {
		s.recent, s.recentRows = q, rows
	}
	return q, err
}

// tileDims sets the batch axes among the unknown sizes.
func (s *Session) tileDims(rows int) []int {
	for i, u := range s.p.unknown {
		if u[1] == 0 {
			s.dims[i] = rows
		}
	}
	return s.dims
}

// execute runs a plan on the rows that start at r.
func (s *Session) execute(q *plan, in, out []*Tensor, r int) error {
	if err := s.steps(s.attach(q, in, out, r), q); err != nil {
		s.forget()
		return err
	}
	clear(s.strings[:q.strings]) // keep no text alive
	return nil
}

// steps runs the steps of a plan. A panic is an error.
func (s *Session) steps(b *binding, q *plan) (err error) {
	defer b.recoverStep(&err)
	for i := range q.steps {
		if err := s.watch.err(); err != nil {
			return err
		}
		if err := s.step(b, q, i); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what tasks keep between calls, for one of them broke off.
func (s *Session) forget() {
	clear(s.bound)
	s.last = nil
}

// attach binds the plan to this session and to the rows that start at r.
func (s *Session) attach(q *plan, in, out []*Tensor, r int) *binding {
	b := s.binding(q)
	b.seed, b.watch = s.seed, &s.watch
	for _, p := range q.ports {
		if p.output {
			b.slots[p.slot] = advanceIf(out[p.index], r)
		} else {
			b.slots[p.slot] = advanceIf(in[p.index], r)
		}
	}
	return b
}

// step runs step i, on several goroutines when it is worth it.
func (s *Session) step(b *binding, q *plan, i int) error {
	st := &q.steps[i]
	b.step = i
	if st.parts > 1 && st.cost > splitCost && s.p.opt.Threads > 1 && s.p.team != nil {
		return s.p.team.parts(&b.frame, st, q.scratch)
	}
	return st.slices(&b.frame, 0, st.parts)
}

func advanceIf(t *Tensor, r int) unsafe.Pointer {
	if r == 0 {
		return t.memory()
	}
	return advance(t, r)
}

// binding returns the plan's slots on this session's arena, which grows to the
// largest plan seen.
func (s *Session) binding(q *plan) *binding {
	if need := q.arena / 4; need > len(s.arena) {
		s.arena = kernel.AlignedFloats(need)
	}
	if q.strings > len(s.strings) {
		s.strings = make([]string, q.strings)
		s.forget() // what points at the old ones
	}
	base := unsafe.SliceData(s.arena)
	if b := s.last; b != nil && b.plan == q && b.arena == base {
		return b
	}
	b := s.bound[q]
	if b != nil && b.arena == base {
		s.last = b
		return b
	}
	if b == nil {
		if len(s.bound) >= maxPlans {
			clear(s.bound)
		}
		b = &binding{frame: q.frame(), plan: q}
		s.bound[q] = b
	}
	s.last = b
	b.arena = base
	q.bind(b.slots, s.arena, s.strings, s.p.opt.Variables)
	return b
}

// pool keeps sessions between calls. Unlike a sync.Pool it is not emptied by
// the garbage collector, so a warm program does not allocate.
type pool struct {
	mu   sync.Mutex
	free []*Session
}

func (l *pool) take(p *Program) *Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		s := l.free[n-1]
		l.free = l.free[:n-1]
		return s
	}
	return p.NewSession()
}

func (l *pool) give(s *Session) {
	l.mu.Lock()
	l.free = append(l.free, s)
	l.mu.Unlock()
}
