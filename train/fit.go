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
// end of the epoch before, with a *NotFiniteError. When a callback fails after the
// first epoch began it returns what there is with that error.
//
// Data that is no *Data is read anew in each epoch: memory holds Config.ShuffleBuffer
// rows, whatever their number.
func Fit(ctx context.Context, m *keras.Model, data Dataset, config Config) (*History, error) {
	t, err := newTrainer(m, data, config)
	if err != nil {
		return nil, err
	}
	stopped := t.train(ctx)
	if stopped != nil && t.run.Epoch == 0 {
		return nil, stopped
	}
	trained, err := t.model()
	if err != nil {
		return nil, err
	}
	t.history.Model = trained
	return t.history, stopped
}

// train trains for all epochs.
func (t *trainer) train(ctx context.Context) error {
	data := t.data
	var order *shuffler
	if t.perEpoch = (t.rows + t.BatchSize - 1) / t.BatchSize; t.stream == nil {
		if !t.NoShuffle {
			order = newShuffler(data, t.Seed)
			data = order.to
		}
		t.batches = data.batches(t.BatchSize)
	} else {
		defer func() { _ = t.stream.end() }() // an error of reading has come from next
	}
	t.start = time.Now()
	if t.validation != nil {
		t.validationBatches = t.validation.batches(t.BatchSize)
	}
	t.run = &Run{Epochs: t.Epochs, Steps: t.perEpoch, t: t}
	if err := t.each(func(c Callback) error { return c.Begin(t.run) }); err != nil {
		return err
	}
	for range t.initial { // random numbers go on where they stopped
		if order != nil {
			order.shuffle()
		}
		t.steps += uint64(t.perEpoch)
	}
	var before snapshot
	for epoch := t.initial + 1; epoch <= t.Epochs && !t.run.Stopped; epoch++ {
		t.keep(&before)
		if order != nil {
			order.shuffle()
		}
		if t.stream != nil {
			if err := t.stream.begin(epoch); err != nil {
				return err
			}
		}
		t.run.Epoch, t.run.Step, t.run.Logs = epoch, 0, nil
		if err := t.each(func(c Callback) error { return c.EpochBegin(t.run) }); err != nil {
			return err
		}
		if err := t.wholeEpoch(ctx, epoch); err != nil {
			if errors.As(err, new(*NotFiniteError)) {
				t.restore(&before)
			}
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	t.update.finish()
	return t.each(func(c Callback) error { return c.End(t.run) })
}

// wholeEpoch trains, validates, calls back, and writes the history.
func (t *trainer) wholeEpoch(ctx context.Context, epoch int) error {
	logs, err := t.epoch(ctx, epoch)
	if err != nil {
		return err
	}
	whole := ctx.Err() == nil
	if t.validation != nil && whole {
		if err := t.around(func(c Evaluating) error { return c.ValidationBegin(t.run) }); err != nil {
			return err
		}
		more, err := t.validate(ctx)
		if err != nil {
			return err
		}
		if err := t.around(func(c Evaluating) error { return c.ValidationEnd(t.run) }); err != nil {
			return err
		}
		logs = append(logs, more...)
	}
	if t.run.Logs = logs; whole {
		if err := t.each(func(c Callback) error { return c.EpochEnd(t.run) }); err != nil {
			return err
		}
	}
	for _, l := range t.run.Logs {
		if _, have := t.history.Epochs[l.Name]; !have {
			t.history.Names = append(t.history.Names, l.Name)
		}
		t.history.Epochs[l.Name] = append(t.history.Epochs[l.Name], l.Value)
	}
	if t.OnEpoch != nil {
		t.OnEpoch(t.progress(epoch, t.perEpoch, t.run.Logs))
	}
	return nil
}

// epoch trains on every batch once, or on those until ctx is cancelled.
func (t *trainer) epoch(ctx context.Context, epoch int) ([]Log, error) {
	sum := newTotals(t.step)
	whole := context.WithoutCancel(ctx) // weights are never half changed
	for i := range t.perEpoch {
		b, err := t.batch(i)
		if err != nil {
			return nil, err
		}
		loss, err := t.trainStep(whole, b, sum)
		if err != nil {
			return nil, err
		}
		last := i == t.perEpoch-1
		if !finite(loss) || last {
			if weight := t.notFinite(); !finite(loss) || weight != "" {
				e := &NotFiniteError{Epoch: epoch, Step: i + 1, Loss: loss, Weight: weight}
				if !finite(loss) {
					e.Layer = t.firstNotFinite(whole, b)
				}
				return nil, e
			}
		}
		t.done += b.rows
		if t.OnStep != nil {
			t.OnStep(t.progress(epoch, i+1, sum.logs()))
		}
		if len(t.Callbacks) > 0 {
			t.run.Step, t.run.Logs = i+1, sum.logs()
			if err := t.each(func(c Callback) error { return c.StepEnd(t.run) }); err != nil {
				return nil, err
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return sum.logs(), nil
}

// batch is the epoch's batch i, counted from 0.
func (t *trainer) batch(i int) (batch, error) {
	if t.stream != nil {
		return t.stream.next()
	}
	return t.batches[i], nil
}

func (t *trainer) progress(epoch, step int, logs []Log) Progress {
	elapsed := time.Since(t.start)
	left := time.Duration(float64(elapsed) / float64(t.done) * float64((t.Epochs-t.initial)*t.rows-t.done))
	return Progress{Epoch: epoch, Epochs: t.Epochs, Step: step, Steps: t.perEpoch, Logs: logs,
		RowsPerSecond: float64(t.done) / max(elapsed.Seconds(), 1e-9), Left: left}
}

// trainStep runs one batch forward and back and changes the weights, unless the loss is
// not finite.
func (t *trainer) trainStep(ctx context.Context, b batch, sum *totals) (loss float64, err error) {
	p := t.step
	t.steps++
	p.session.Seed(t.Seed + t.steps)
	if err := p.run(ctx, b); err != nil {
		return 0, err
	}
	if loss = float64(p.outputs[0].Float32s()[0]); !finite(loss) {
		return loss, nil
	}
	sum.add(b.rows)
	p.applyUpdates(t.vars, true)
	t.update.step(p.gradients)
	for _, c := range t.constrained {
		constrain(c.Constraint, c.w.Float32s(), c.w.Shape())
	}
	p.applyUpdates(t.vars, false)
	return loss, nil
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
