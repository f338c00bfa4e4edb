package runtime

import (
	"context"
	"errors"
	"time"
)

// StepTime is what one step of a plan took.
type StepTime struct {
	Scope string // the layer that asked for the operation
	Op    string
	Out   Type          // for the first rows, where the batch runs in tiles
	Cost  float64       // floating-point operations, roughly
	Time  time.Duration // of all rows
}

// Profile computes the outputs for the inputs so many times, in tiles as Run
// does but one after the other, and returns the best time of each step, in
// order. Reading the clock adds some 50 ns to each.
func (p *Program) Profile(ctx context.Context, in []*Tensor, rounds int) ([]StepTime, error) {
	out := make([]*Tensor, len(p.g.outputs))
	if err := p.Run(ctx, in, out); err != nil { // makes the outputs and the plans, too
		return nil, err
	}
	s := p.idle.take(p)
	defer p.idle.give(s)
	var best []StepTime
	for range max(1, rounds) {
		times, err := s.profile(ctx, in, out)
		if err != nil {
			return nil, err
		}
		if best == nil {
			best = times
		}
		for i, t := range times {
			best[i].Time = min(best[i].Time, t.Time)
		}
	}
	return best, nil
}

// profile times one call.
func (s *Session) profile(ctx context.Context, in, out []*Tensor) ([]StepTime, error) {
	in, err := s.p.measure(in, nil)
	if err == nil {
		err = s.p.check(in, s.dims)
	}
	if err != nil {
		return nil, err
	}
	s.watch = watchOf(ctx)
	defer func() { s.watch = watch{} }()
	rows, tile := 1, 1
	if s.p.rowwise {
		var err error
		rows = in[0].shape[0]
		if tile, err = s.p.tileRows(s.dims, rows, &s.watch); err != nil {
			return nil, err
		}
	}
	var times []StepTime
	for r := 0; r < rows; r += tile {
		if s.p.rowwise {
			s.tileDims(min(tile, rows-r))
		}
		q, err := s.p.plan(s.dims, &s.watch)
		if err != nil {
			return nil, err
		}
		if times == nil {
			times = make([]StepTime, len(q.steps))
		}
		if len(q.steps) != len(times) {
			return nil, errors.New("profile: the last rows take other operations than the first")
		}
		if err := s.timeSteps(q, in, out, r, times); err != nil {
			return nil, err
		}
	}
	return times, nil
}

// timeSteps adds what each step of the plan takes on the rows that start at r.
func (s *Session) timeSteps(q *plan, in, out []*Tensor, r int, times []StepTime) (err error) {
	b := s.attach(q, in, out, r)
	defer b.recoverStep(&err)
	for i := range q.steps {
		if err := s.watch.err(); err != nil {
			return err
		}
		st := &q.steps[i]
		start := time.Now()
		if err := s.step(b, q, i); err != nil {
			s.forget()
			return err
		}
		took := time.Since(start)
		if r == 0 {
			times[i] = StepTime{Scope: st.node.scope, Op: st.node.op.name(), Out: st.out}
		}
		times[i].Cost += st.cost
		times[i].Time += took
	}
	return nil
}
