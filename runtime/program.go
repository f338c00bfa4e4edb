package runtime

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Program is a compiled graph. It is immutable and safe for any number of
// goroutines.
type Program struct {
	g       *Graph
	opt     Options
	shared  *shared
	rowwise bool     // rows of the batch are independent: the batch runs in tiles
	unknown [][2]int // the unknown axes: input and axis
	// batchOnly: no axis but the first of each input is unknown.
	batchOnly bool
	plans     atomic.Pointer[[]*plan]
	making    chan struct{} // holds one while a plan is made
	idle      pool
	team      *team
	tile      atomic.Int64 // rows of a tile, once known
}

// maxPlans bounds the plans a program remembers.
const maxPlans = 256

// KeepsRows reports whether every row of the outputs depends on the same row of the
// inputs alone, so that rows of several calls can be answered by one.
func (p *Program) KeepsRows() bool { return p.rowwise }

// Compile prepares a graph for running. The graph is not changed.
func Compile(g *Graph, opt Options) (*Program, error) {
	return CompileContext(context.Background(), g, opt)
}

// CompileContext is Compile until ctx is done, whose error it returns then.
func CompileContext(ctx context.Context, g *Graph, opt Options) (*Program, error) {
	w := watchOf(ctx)
	if opt.Threads <= 0 {
		opt.Threads = runtime.GOMAXPROCS(0)
	}
	p := &Program{g: g.clone(opt.Variables != nil), opt: opt, shared: newShared(opt.Memory), making: make(chan struct{}, 1)}
	p.g.carry()
	p.shared.threads = opt.Threads
	if !opt.NoRewrites {
		if err := rewrite(p.g, &w); err != nil {
			return nil, err
		}
	}
	if err := w.err(); err != nil {
		return nil, err
	}
	p.rowwise = len(p.g.measures) == 0 && rowwise(p.g)
	for i, v := range p.g.inputs {
		for a, d := range v.Shape {
			if d < 0 {
				p.unknown = append(p.unknown, [2]int{i, a})
			}
		}
	}
	p.batchOnly = true
	for _, u := range p.unknown {
		p.batchOnly = p.batchOnly && u[1] == 0
	}
	p.plans.Store(&[]*plan{})
	p.team = newTeam(opt.Threads)
	return p, nil
}

// Inputs returns the types of the inputs.
func (p *Program) Inputs() []Type { return typesOf(p.g.fed()) }

// Outputs returns the types of the outputs.
func (p *Program) Outputs() []Type { return typesOf(p.g.outputs) }

func typesOf(vs []*Value) []Type {
	out := make([]Type, len(vs))
	for i, v := range vs {
		out[i] = v.Type
	}
	return out
}

// Memory returns the bytes that the program's weights take, and the working
// memory of one call of the largest batch seen so far.
func (p *Program) Memory() (weights, scratch int) {
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	weights = p.shared.bytes
	seen := map[*Tensor]bool{}
	p.g.eachConstant(func(t *Tensor) {
		if !p.shared.tensors[t] && !seen[t] {
			weights += t.n * t.dtype.Size()
		}
		seen[t] = true
	})
	for _, q := range *p.plans.Load() {
		scratch = max(scratch, q.memory())
	}
	return weights, scratch
}

// Run computes the outputs for the inputs, one tensor for each, in the order
// of the graph. Output tensors that are nil are allocated; the others must have
// the right type.
func (p *Program) Run(ctx context.Context, in, out []*Tensor) error {
	s := p.idle.take(p)
	defer p.idle.give(s)
	return s.Run(ctx, in, out)
}

// check compares the inputs with the graph's and fills dims with the sizes of
// the unknown axes.
func (p *Program) check(in []*Tensor, dims []int) error {
	if len(in) != len(p.g.inputs) {
		return &ShapeError{What: "inputs", Wanted: fmt.Sprint(len(p.g.inputs)), Received: fmt.Sprint(len(in))}
	}
	for i, v := range p.g.inputs {
		t := in[i]
		if t == nil || t.dtype != v.DType || !fits(t.shape, v.Shape) {
			received := "nothing"
			if t != nil {
				received = t.Type().String()
			}
			return &ShapeError{What: p.inputName(i), Wanted: v.Type.String(), Received: received}
		}
	}
	for i, u := range p.unknown {
		dims[i] = in[u[0]].shape[u[1]]
	}
	if p.rowwise {
		for i := range in {
			if in[i].shape[0] != in[0].shape[0] {
				return &ShapeError{What: p.inputName(i), Wanted: fmt.Sprintf("%d rows, as in the first input", in[0].shape[0]), Received: fmt.Sprintf("%d rows", in[i].shape[0])}
			}
		}
	}
	return nil
}

// inputName says which input is meant.
func (p *Program) inputName(i int) string {
	if o, ok := p.g.inputs[i].node.op.(placeholder); ok && o.input != "" {
		return fmt.Sprintf("input %q", o.input)
	}
	return fmt.Sprintf("input %d", i)
}

func fits(s, want Shape) bool {
	if len(s) != len(want) {
		return false
	}
	for i, d := range want {
		if d >= 0 && s[i] != d {
			return false
		}
	}
	return true
}

// plan returns the plan for these sizes of the unknown axes, making it if it is
// not there.
func (p *Program) plan(dims []int, w *watch) (*plan, error) {
	if q := p.find(dims); q != nil {
		return q, nil
	}
	if err := p.lock(w); err != nil {
		return nil, err
	}
	defer func() { <-p.making }()
	if q := p.find(dims); q != nil {
		return q, nil
	}
	in := typesOf(p.g.inputs)
	for i := range in {
		in[i].Shape = in[i].Shape.clone()
	}
	for i, u := range p.unknown {
		in[u[0]].Shape[u[1]] = dims[i]
	}
	q, err := newPlan(p.g, in, len(in), p.shared, w)
	if err != nil {
		return nil, err
	}
	q.key = append([]int{}, dims...)
	old := *p.plans.Load()
	if len(old) >= maxPlans {
		old = old[len(old)/2:]
	}
	all := append(append([]*plan{}, old...), q)
	p.plans.Store(&all)
	return q, nil
}

// lock waits until no plan is being made, as long as the call may.
func (p *Program) lock(w *watch) error {
	var deadline <-chan time.Time
	if w != nil && !w.deadline.IsZero() {
		t := time.NewTimer(time.Until(w.deadline))
		defer t.Stop()
		deadline = t.C
	}
	select {
	case p.making <- struct{}{}:
		return nil
	case <-deadline:
		return context.DeadlineExceeded
	case <-w.canceled():
		return w.ctx.Err()
	}
}

func (p *Program) find(dims []int) *plan {
search:
	for _, q := range *p.plans.Load() {
		for i, d := range dims {
			if q.key[i] != d {
				continue search
			}
		}
		return q
	}
	return nil
}

// advance returns the address of row r.
func advance(t *Tensor, r int) unsafe.Pointer {
	if t.n == 0 {
		return t.data
	}
	return unsafe.Add(t.memory(), r*(t.n/t.shape[0])*t.dtype.Size())
}
