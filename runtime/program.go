package runtime

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Program is a compiled graph. It is immutable and safe for any number of
// goroutines.
type Program struct {
	g       *Graph
	opt     Options
	store   *store
	rowwise bool     // rows of the batch are independent: the batch runs in tiles
	unknown [][2]int // the unknown axes: input and axis
	// batchOnly: no axis but the first of each input is unknown.
	batchOnly bool
	plans     atomic.Pointer[[]*plan]
	mu        sync.Mutex // held to add a plan
	idle      pool
	team      *team
	tile      atomic.Int64 // rows of a tile, once known
}

// maxPlans bounds the plans a program remembers.
const maxPlans = 256

// Compile prepares a graph for running. The graph is not changed.
func Compile(g *Graph, opt Options) (*Program, error) {
	if opt.Threads <= 0 {
		opt.Threads = runtime.GOMAXPROCS(0)
	}
	p := &Program{g: g.clone(opt.Variables != nil), opt: opt, store: newStore(opt.Memory)}
	p.store.threads = opt.Threads
	if !opt.NoRewrites {
		if err := rewrite(p.g, p.store); err != nil {
			return nil, err
		}
	}
	p.rowwise = rowwise(p.g)
	for i, v := range p.g.Inputs {
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

// rowwise reports whether every operation works on rows alone, the rows being
// those of the inputs' first axes.
func rowwise(g *Graph) bool {
	rows := map[*Value]bool{}
	for _, v := range g.Inputs {
		if v.Rank() == 0 || v.Shape[0] >= 0 {
			return false
		}
		rows[v] = true
	}
	if !followRows(g, rows) {
		return false
	}
	pieces := piecesOfRows(g, rows)
	for _, v := range g.Outputs {
		if !rows[v] || pieces[v] != 1 {
			return false
		}
	}
	return len(g.Inputs) > 0
}

// piecesOfRows counts, for the values that hold a piece for each row, how many
// elements of the first axis a row has: reshaping may give it several, or join
// them again. 0 is not known.
func piecesOfRows(g *Graph, rows map[*Value]bool) map[*Value]int {
	pieces := map[*Value]int{}
	for _, v := range g.Inputs {
		pieces[v] = 1
	}
	for _, n := range g.Nodes {
		each := 0
		for _, v := range n.In {
			if rows[v] {
				each = pieces[v]
			}
		}
		if r, ok := n.Op.(*reshape); ok && each > 0 {
			each = r.pieces(n, each)
		}
		for _, v := range n.Out {
			if rows[v] && each > 0 {
				pieces[v] = each
			}
		}
	}
	return pieces
}

// followRows extends rows, the values that hold a piece for each row of the
// batch, from the inputs to all of the graph. It reports false when an
// operation mixes rows.
func followRows(g *Graph, rows map[*Value]bool) bool {
	for _, n := range g.Nodes {
		if isLeaf(n) {
			continue
		}
		in, any := make([]bool, len(n.In)), false
		for i, v := range n.In {
			in[i] = rows[v]
			any = any || in[i]
		}
		if !any {
			continue
		}
		if !n.Op.Rows(n, in) {
			return false
		}
		for _, v := range n.Out {
			rows[v] = true
		}
	}
	return true
}

// Inputs returns the types of the inputs.
func (p *Program) Inputs() []Type { return typesOf(p.g.Inputs) }

// Outputs returns the types of the outputs.
func (p *Program) Outputs() []Type { return typesOf(p.g.Outputs) }

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
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	weights = p.store.bytes
	seen := map[*Tensor]bool{}
	p.g.eachConstant(func(t *Tensor) {
		if !p.store.tensors[t] && !seen[t] {
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
	if len(in) != len(p.g.Inputs) {
		return &ShapeError{What: "inputs", Wanted: fmt.Sprint(len(p.g.Inputs)), Received: fmt.Sprint(len(in))}
	}
	for i, v := range p.g.Inputs {
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
	if o, ok := p.g.Inputs[i].Node.Op.(placeholder); ok && o.name != "" {
		return fmt.Sprintf("input %q", o.name)
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
func (p *Program) plan(dims []int) (*plan, error) {
	if q := p.find(dims); q != nil {
		return q, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if q := p.find(dims); q != nil {
		return q, nil
	}
	in := typesOf(p.g.Inputs)
	for i := range in {
		in[i].Shape = in[i].Shape.clone()
	}
	for i, u := range p.unknown {
		in[u[0]].Shape[u[1]] = dims[i]
	}
	q, err := newPlan(p.g, in, p.store)
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
	return unsafe.Add(t.data, r*(t.n/t.shape[0])*t.dtype.Size())
}
