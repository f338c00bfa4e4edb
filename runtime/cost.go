package runtime

import (
	"context"
	"fmt"
	"math"
)

// Cost is what a call takes.
type Cost struct {
	Bytes      int64   // of working memory and results; the weights are there before
	Operations float64 // floating-point operations, roughly
}

// Cost returns what a call with inputs of these shapes, all of known size, would
// take, for a caller that decides whether to make it. It makes the plan that the
// call needs, and so returns the call's errors: a *ShapeError where the shapes do
// not fit, or where the call would take more than Options.Memory. An axis whose size
// the data decides, as the longest text does, counts as 1.
func (p *Program) Cost(ctx context.Context, shapes ...Shape) (Cost, error) {
	in := make([]*Tensor, len(shapes))
	for i, s := range shapes {
		if !s.Known() {
			return Cost{}, &ShapeError{What: fmt.Sprintf("input %d", i), Wanted: "a known shape", Received: s.String()}
		}
		in[i] = &Tensor{shape: s}
		if i < len(p.g.fed()) {
			in[i].dtype = p.g.inputs[i].DType
		}
	}
	if len(in) == len(p.g.fed()) {
		for range p.g.measures {
			in = append(in, &Tensor{dtype: Int32, shape: Shape{1}})
		}
	}
	s := p.idle.take(p)
	defer p.idle.give(s)
	s.watch = watchOf(ctx)
	defer func() { s.watch = watch{} }()
	if err := p.check(in, s.dims); err != nil {
		return Cost{}, err
	}
	if !p.rowwise {
		q, err := p.plan(s.dims, &s.watch)
		if err != nil {
			return Cost{}, err
		}
		helpers := 0
		if p.team != nil {
			helpers = p.opt.Threads - 1
		}
		bytes := float64(q.memory()+q.tables+4*q.scratch*helpers) + resultBytes(q, 1)
		return Cost{Bytes: int64(bytes), Operations: q.cost}, nil
	}
	rows := in[0].shape[0]
	tile, q, err := s.tiles(rows)
	if err == nil {
		err = p.admit(q, tile, rows)
	}
	if err != nil {
		return Cost{}, err
	}
	tiles := float64(rows) / float64(max(1, min(tile, rows)))
	bytes := float64(p.goroutines(q, tile, rows)*q.memory()+q.tables) + resultBytes(q, tiles)
	return Cost{Bytes: int64(bytes), Operations: q.cost * tiles}, nil
}

// resultBytes returns what the results of so many runs of a plan take.
func resultBytes(q *plan, runs float64) float64 {
	bytes := 0.0
	for _, t := range q.outputs {
		bytes += float64(t.RowBytes())
	}
	return bytes * runs
}

// admit refuses a call before it takes more memory than it may.
func (p *Program) admit(q *plan, tile, rows int) error {
	bytes := float64(q.memory()+q.tables) + resultBytes(q, float64(rows)/float64(max(1, min(tile, rows))))
	return p.shared.checkMemory(int(min(bytes, math.MaxInt64/2)))
}

// goroutines returns how many share the rows of a call: none more than are worth
// it, and than there is memory for.
func (p *Program) goroutines(q *plan, tile, rows int) int {
	if rows <= tile || p.team == nil || q.cost*float64(rows)/float64(tile) <= splitCost {
		return 1
	}
	return max(1, min(p.opt.Threads, (rows+tile-1)/tile, p.shared.limit/max(1, q.memory())))
}
