package lab

import (
	"context"
	"errors"
	"time"

	"github.com/kerasrun/kerasrun/train"
)

// experiment is what all runs share.
type experiment struct {
	Config
	fit, validation *train.Data
	metric          string
}

// run trains a candidate from one seed. It trains epoch by epoch, each going on
// from the model and the optimizer's state that the one before left, to look at the
// head in between.
func (x *experiment) run(ctx context.Context, c *candidate, seed uint64) (Run, error) {
	start := time.Now()
	r := Run{Seed: seed, Best: -1}
	settings, err := x.Settings()
	if err != nil {
		return r, err
	}
	p, err := newProbe(c.model, settings.Losses[0], x.fit.Y[0].Type())
	if err != nil {
		return r, err
	}
	if err := x.look(ctx, p, &r); err != nil {
		return r, err
	}
	m := c.model
	for epoch := range x.Epochs {
		h, err := train.Fit(ctx, m, x.fit, train.Config{BatchSize: x.BatchSize, Settings: settings, Validation: x.validation,
			Seed: seed<<20 + uint64(epoch), Constraints: c.constraints, ResetOptimizer: epoch == 0, Threads: 1})
		var notFinite *train.NotFiniteError
		if errors.As(err, &notFinite) {
			notFinite.Epoch = epoch + 1
			r.Diverged = notFinite.Error()
			break
		}
		if err != nil {
			return r, err
		}
		m = h.Model
		loss := h.Epochs["val_loss"][0]
		r.TrainLoss = append(r.TrainLoss, h.Epochs["loss"][0])
		r.ValidationLoss = append(r.ValidationLoss, loss)
		if x.metric != "" {
			r.MetricValues = append(r.MetricValues, h.Epochs["val_"+x.metric][0])
		}
		if loss-loss == 0 && (r.Best < 0 || loss < r.ValidationLoss[r.Best]) {
			r.Best, r.Model = epoch, m
		}
		p.load(m)
		if err := x.look(ctx, p, &r); err != nil {
			return r, err
		}
	}
	if r.Model != nil {
		err = x.measure(ctx, c, p, &r)
	}
	r.Time = time.Since(start)
	return r, err
}

// look notes the gradient that reaches the head on the training rows.
func (x *experiment) look(ctx context.Context, p *probe, r *Run) error {
	s, err := p.run(ctx, x.fit)
	if err == nil {
		r.Gradient = append(r.Gradient, gradientNorm(s.gradients, x.fit.Rows()))
	}
	return err
}

// measure looks at what the best epoch made.
func (x *experiment) measure(ctx context.Context, c *candidate, p *probe, r *Run) error {
	p.load(r.Model)
	s, err := p.run(ctx, x.fit)
	if err != nil {
		return err
	}
	r.Dead = s.dead(x.fit)
	if s, err = p.run(ctx, x.validation); err != nil {
		return err
	}
	r.Answers, r.RowLosses = s.answers, s.rowLosses(x.validation.Rows())
	r.Min, r.Max, r.AtBound = spanOf(r.Answers, c.min, c.max, floats(x.fit.Y[0]))
	for i, loss := range r.ValidationLoss {
		if loss <= withinPercent(r.ValidationLoss[r.Best]) {
			r.ToBest = i + 1
			break
		}
	}
	return nil
}

// withinPercent is what a loss 1 % above the lowest is; losses may be negative.
func withinPercent(lowest float64) float64 {
	return lowest + 0.01*max(lowest, -lowest)
}
