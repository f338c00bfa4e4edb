package train

import (
	"context"
	"errors"
	"time"

	"github.com/kerasrun/kerasrun/keras"
)

// Fit trains a model and returns a new one. When ctx is cancelled it stops at
// the end of the step and returns what there is with the context's error. When
// the loss or a weight becomes NaN or infinite it returns what there was at the
// end of the epoch before, with a *NotFiniteError.
func Fit(ctx context.Context, m *keras.Model, data *Data, config Config) (*History, error) {
	t, err := newTrainer(m, data, config)
	if err != nil {
		return nil, err
	}
	stopped := t.run(ctx)
	var notFinite *NotFiniteError
	if stopped != nil && !errors.Is(stopped, ctx.Err()) && !errors.As(stopped, &notFinite) {
		return nil, stopped
	}
	trained, err := t.model()
	if err != nil {
		return nil, err
	}
	t.history.Model = trained
	return t.history, stopped
}

// run trains for all epochs.
func (t *trainer) run(ctx context.Context) error {
	data := t.data
	var order *shuffler
	if !t.NoShuffle {
		order = newShuffler(data, t.Seed)
		data = order.to
	}
	t.start, t.batches = time.Now(), data.batches(t.BatchSize)
	if t.validation != nil {
		t.validationBatches = t.validation.batches(t.BatchSize)
	}
	var before snapshot
	for epoch := 1; epoch <= t.Epochs; epoch++ {
		t.keep(&before)
		if order != nil {
			order.shuffle()
		}
		logs, err := t.epoch(ctx, epoch)
		if err != nil {
			if errors.As(err, new(*NotFiniteError)) {
				t.restore(&before)
			}
			return err
		}
		if t.validation != nil && ctx.Err() == nil {
			more, err := t.validate(ctx)
			if err != nil {
				return err
			}
			logs = append(logs, more...)
		}
		for _, l := range logs {
			if _, have := t.history.Epochs[l.Name]; !have {
				t.history.Names = append(t.history.Names, l.Name)
			}
			t.history.Epochs[l.Name] = append(t.history.Epochs[l.Name], l.Value)
		}
		if t.OnEpoch != nil {
			t.OnEpoch(t.progress(epoch, len(t.batches), logs))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	t.update.finish()
	return nil
}

// epoch trains on every batch once, or on those until ctx is cancelled.
func (t *trainer) epoch(ctx context.Context, epoch int) ([]Log, error) {
	sum := newTotals(t.step)
	whole := context.WithoutCancel(ctx) // weights are never half changed
	for i, b := range t.batches {
		if err := t.trainStep(whole, b, sum); err != nil {
			return nil, err
		}
		loss := float64(t.step.outputs[0].Float32s()[0])
		last := i == len(t.batches)-1
		if !finite(loss) || last {
			if weight := t.notFinite(); !finite(loss) || weight != "" {
				return nil, &NotFiniteError{Epoch: epoch, Step: i + 1, Loss: loss, Weight: weight}
			}
		}
		t.done += b.rows
		if t.OnStep != nil {
			t.OnStep(t.progress(epoch, i+1, sum.logs()))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return sum.logs(), nil
}

func (t *trainer) progress(epoch, step int, logs []Log) Progress {
	elapsed := time.Since(t.start)
	left := time.Duration(float64(elapsed) / float64(t.done) * float64(t.Epochs*t.data.Rows()-t.done))
	return Progress{Epoch: epoch, Epochs: t.Epochs, Step: step, Steps: len(t.batches), Logs: logs,
		RowsPerSecond: float64(t.done) / max(elapsed.Seconds(), 1e-9), Left: left}
}

// trainStep runs one batch forward and back and changes the weights.
func (t *trainer) trainStep(ctx context.Context, b batch, sum *totals) error {
	p := t.step
	t.steps++
	p.session.Seed(t.Seed + t.steps)
	if err := p.run(ctx, b); err != nil {
		return err
	}
	sum.add(b.rows)
	p.applyUpdates(t.vars, true)
	t.update.step(p.gradients)
	for _, c := range t.constrained {
		constrain(c.Constraint, c.w.Float32s(), c.w.Shape())
	}
	p.applyUpdates(t.vars, false)
	return nil
}

func (t *trainer) validate(ctx context.Context) ([]Log, error) {
	sum := newTotals(t.evaluate)
	for _, b := range t.validationBatches {
		if err := t.evaluate.run(ctx, b); err != nil {
			return nil, err
		}
		sum.add(b.rows)
	}
	logs := sum.logs()
	for i := range logs {
		logs[i].Name = "val_" + logs[i].Name
	}
	return logs, nil
}

// model returns the model with the trained weights.
func (t *trainer) model() (*keras.Model, error) {
	m, err := t.m.WithWeights(t.vars)
	if err != nil {
		return nil, err
	}
	return withState(m, t.settings, &t.update.state, t.trainable)
}
