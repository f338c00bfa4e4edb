package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/train"
)

// Compare trains a model with one output with each head, with non-negative weights,
// and as it is, all from the same seeds, on the same rows and for as long, and
// compares them on rows that none has seen. Equal configurations and data give equal
// results, times apart. When ctx is cancelled it returns the context's error.
func Compare(ctx context.Context, m *keras.Model, data *train.Data, config Config) (*Comparison, error) {
	x, err := newExperiment(m, data, config)
	if err != nil {
		return nil, err
	}
	list, err := candidates(m, config.Heads)
	if err != nil {
		return nil, err
	}
	settings, err := x.Settings()
	if err != nil {
		return nil, err
	}
	out := &Comparison{Rows: x.fit.Rows(), ValidationRows: x.validation.Rows(), Epochs: x.Epochs, Seeds: x.Seeds,
		Loss: losses.Name(settings.Losses[0]), Metric: x.metric, Targets: floats(x.validation.Y[0])}
	out.notes(list, x)
	if err := x.runAll(ctx, list); err != nil {
		return nil, err
	}
	for _, c := range list {
		c.summarize()
		out.Candidates = append(out.Candidates, c.Candidate)
	}
	out.recommend()
	return out, nil
}

// newExperiment fills in defaults and refuses what cannot be trained.
func newExperiment(m *keras.Model, data *train.Data, config Config) (*experiment, error) {
	x := &experiment{Config: config}
	for _, d := range []struct {
		field *int
		value int
	}{{&x.Epochs, 20}, {&x.BatchSize, 32}, {&x.Seeds, 3}, {&x.Threads, runtime.GOMAXPROCS(0)}} {
		if *d.field == 0 {
			*d.field = d.value
		}
		if *d.field < 0 {
			return nil, fmt.Errorf("epochs, batch size, seeds and threads must be >= 1, received %d", *d.field)
		}
	}
	if x.ValidationSplit == 0 {
		x.ValidationSplit = 0.2
	}
	if x.Settings == nil {
		x.Settings = func() (*train.Settings, error) { return train.SettingsOf(m) }
	}
	if len(m.Outputs()) != 1 {
		return nil, fmt.Errorf("a comparison needs a model with one output, received one with %d", len(m.Outputs()))
	}
	if err := checkData(m, "data", data); err != nil {
		return nil, err
	}
	if x.Validation != nil {
		if err := checkData(m, "validation data", x.Validation); err != nil {
			return nil, err
		}
	}
	var err error
	if x.fit, x.validation, err = split(data, &x.Config); err != nil {
		return nil, err
	}
	return x, x.chooseMetric()
}

// chooseMetric finds the metric among the settings'.
func (x *experiment) chooseMetric() error {
	s, err := x.Settings()
	if err != nil {
		return err
	}
	if s == nil || len(s.Losses) != 1 || s.Losses[0] == nil {
		return errors.New("the model is not compiled: give settings with a loss and an optimizer")
	}
	var names []string
	for _, list := range s.Metrics {
		for _, m := range list {
			names = append(names, m.Base().Name)
		}
	}
	for _, n := range names {
		if x.Metric == "" || n == x.Metric {
			x.metric = n
			return nil
		}
	}
	if x.Metric != "" {
		return fmt.Errorf("metric must be one of the settings' %q, received %q", names, x.Metric)
	}
	return nil
}

// notes says what is doubtful about the rows, for all heads at once where it is the
// same.
func (c *Comparison) notes(list []*candidate, x *experiment) {
	heads := map[string][]string{}
	var order []string
	for _, k := range list {
		if k.Kind != HeadKind {
			continue
		}
		if n := k.reach(x.fit, x.validation); n != "" {
			if heads[n] == nil {
				order = append(order, n)
			}
			heads[n] = append(heads[n], k.Name)
		}
	}
	for _, n := range order {
		who := ""
		for i, name := range heads[n] {
			if i > 0 {
				who += ", "
			}
			who += name
		}
		c.Notes = append(c.Notes, n+", which cannot be answered by "+who)
	}
	if x.OnNote != nil {
		for _, n := range c.Notes {
			x.OnNote(n)
		}
	}
}

// runAll trains all candidates from all seeds, as many at a time as Threads says.
func (x *experiment) runAll(ctx context.Context, list []*candidate) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type task struct {
		c    *candidate
		seed int
	}
	var tasks []task
	for _, c := range list {
		if c.Skipped == "" {
			c.Runs = make([]Run, x.Seeds)
			for s := range x.Seeds {
				tasks = append(tasks, task{c, s})
			}
		}
	}
	var (
		wait sync.WaitGroup
		mu   sync.Mutex
		next = make(chan task)
		done int
	)
	for range min(x.Threads, len(tasks)) {
		wait.Go(func() {
			for t := range next {
				r, err := x.run(ctx, t.c, x.Seed+uint64(t.seed))
				if err != nil {
					cancel(fmt.Errorf("%s: %w", t.c.Name, err))
					continue
				}
				t.c.Runs[t.seed] = r
				mu.Lock()
				if done++; x.OnRun != nil {
					x.OnRun(done, len(tasks))
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range tasks {
		if ctx.Err() != nil {
			break
		}
		next <- t
	}
	close(next)
	wait.Wait()
	return context.Cause(ctx)
}

// summarize makes one number of those of the runs.
func (c *candidate) summarize() {
	var loss, metric []float64
	c.Min, c.Max = inf, -inf
	for _, r := range c.Runs {
		c.Time += r.Time
		if r.Diverged != "" || r.Best < 0 {
			c.Diverged++
			continue
		}
		loss = append(loss, r.ValidationLoss[r.Best])
		if r.MetricValues != nil {
			metric = append(metric, r.MetricValues[r.Best])
		}
		c.Dead += r.Dead
		c.AtBound += r.AtBound
		c.Epochs += float64(r.ToBest)
		c.Min, c.Max = math.Min(c.Min, r.Min), math.Max(c.Max, r.Max)
	}
	n := float64(max(len(loss), 1))
	c.Dead, c.AtBound, c.Epochs = c.Dead/n, c.AtBound/n, c.Epochs/n
	c.Loss, c.Metric = SpreadOf(loss), SpreadOf(metric)
}

// SpreadOf returns the mean and sample standard deviation of numbers.
func SpreadOf(values []float64) Spread {
	var s Spread
	for _, v := range values {
		s.Mean += v / float64(len(values))
	}
	for _, v := range values {
		s.Deviation += (v - s.Mean) * (v - s.Mean) / float64(max(len(values)-1, 1))
	}
	s.Deviation = math.Sqrt(s.Deviation)
	return s
}
