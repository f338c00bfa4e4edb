package runtime

import (
	"context"
	"time"
)

// StepTime is what one step of a plan took.
type StepTime struct {
	Scope string // the layer that asked for the operation
	Op    string
	Out   Type
	Cost  float64 // floating-point operations, roughly
	Time  time.Duration
}

// Profile computes the outputs for the inputs on one goroutine, all rows
// together, so many times, and returns the best time of each step, in order.
func (p *Program) Profile(ctx context.Context, in []*Tensor, rounds int) ([]StepTime, error) {
	s := p.NewSession()
	if err := p.check(in, s.dims); err != nil {
		return nil, err
	}
	q, err := p.plan(s.dims)
	if err != nil {
		return nil, err
	}
	out := make([]*Tensor, len(q.outputs))
	for i, t := range q.outputs {
		if err := prepare(out, i, t); err != nil {
			return nil, err
		}
	}
	if err := s.execute(ctx, q, in, out, 0); err != nil {
		return nil, err
	}
	b := s.binding(q)
	times := make([]StepTime, len(q.steps))
	for round := range rounds {
		for i := range q.steps {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			st := &q.steps[i]
			b.step = i
			start := time.Now()
			st.Run(&b.Frame, 0, st.Parts)
			took := time.Since(start)
			if round == 0 {
				times[i] = StepTime{Scope: st.node.Scope, Op: st.node.Op.Name(), Out: st.out, Cost: st.Cost, Time: took}
			}
			times[i].Time = min(times[i].Time, took)
		}
	}
	return times, nil
}
