package train

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Config says how to train. The zero value trains for one epoch in batches of
// 32, shuffled, with what the model's file was compiled with.
type Config struct {
	Epochs    int // 0 is 1
	BatchSize int // 0 is 32

	Settings *Settings // nil is what the file was compiled with

	Validation      *Data
	ValidationSplit float64 // the last fraction of the rows, when Validation is nil

	NoShuffle bool
	Seed      uint64 // of shuffling and of layers that draw at random

	Freeze      []string                      // names of layers that stay as they are
	Constraints map[string]*layers.Constraint // by "layer.weight": "dense_1.kernel"

	ResetOptimizer bool // start the optimizer's state anew, though the file holds one
	Threads        int  // 0 is GOMAXPROCS

	OnStep  func(Progress) // called after every step
	OnEpoch func(Progress) // called after every epoch
}

// Progress tells how far training is.
type Progress struct {
	Epoch, Epochs int // counted from 1
	Step, Steps   int // of the epoch
	Logs          []Log
	RowsPerSecond float64
	Left          time.Duration
}

// Log is one number of the history.
type Log struct {
	Name  string
	Value float64
}

// History is the result of training.
type History struct {
	Model  *keras.Model         // the trained model, compiled, with the optimizer's state
	Epochs map[string][]float64 // name -> value by epoch, as Keras' History.history
	Names  []string             // the names in Keras' order
}

// Fit trains a model and returns a new one. When ctx is cancelled it stops at
// the end of the step and returns what there is with the context's error.
func Fit(ctx context.Context, m *keras.Model, data *Data, config Config) (*History, error) {
	t, err := newTrainer(m, data, config)
	if err != nil {
		return nil, err
	}
	stopped := t.run(ctx)
	if stopped != nil && !errors.Is(stopped, ctx.Err()) {
		return nil, stopped
	}
	trained, err := t.model()
	if err != nil {
		return nil, err
	}
	t.history.Model = trained
	return t.history, stopped
}

// trainer is one run of Fit.
type trainer struct {
	Config
	m          *keras.Model
	era        int
	data       *Data
	validation *Data
	settings   *Settings
	vars       []*runtime.Tensor // all weights, by index in the model
	trainable  []int             // indices of those that are trained
	step       *stepProgram
	evaluate   *stepProgram
	update     *updater
	history    *History
	steps      uint64

	constrained       []constrained
	validationBatches []batch
}

// constrained is a weight with a constraint that is applied after each step.
type constrained struct {
	*layers.Constraint
	w *runtime.Tensor
}

func newTrainer(m *keras.Model, data *Data, config Config) (*trainer, error) {
	t := &trainer{Config: config, m: m, data: data, era: max(2, m.Origin().Era), history: &History{Epochs: map[string][]float64{}}}
	if t.Epochs == 0 {
		t.Epochs = 1
	}
	if t.BatchSize == 0 {
		t.BatchSize = 32
	}
	if t.Epochs < 0 || t.BatchSize < 0 {
		return nil, fmt.Errorf("epochs and batch size must be >= 1, received %d and %d", t.Epochs, t.BatchSize)
	}
	if err := data.check(m); err != nil {
		return nil, err
	}
	if t.validation = config.Validation; t.validation != nil {
		if err := t.validation.check(m); err != nil {
			return nil, fmt.Errorf("validation: %w", err)
		}
	} else if config.ValidationSplit != 0 {
		var err error
		if t.data, t.validation, err = data.split(config.ValidationSplit); err != nil {
			return nil, err
		}
	}
	if err := t.findSettings(); err != nil {
		return nil, err
	}
	return t, t.prepare()
}

func (t *trainer) findSettings() (err error) {
	if t.settings = t.Config.Settings; t.settings == nil {
		if t.settings, err = SettingsOf(t.m); err != nil {
			return err
		}
	}
	if t.settings == nil {
		return errors.New("the model is not compiled: give a loss and an optimizer")
	}
	any := false
	for _, l := range t.settings.Losses {
		any = any || l.Name != ""
	}
	if !any || len(t.settings.Losses) != len(t.m.Outputs()) {
		return fmt.Errorf("wanted a loss for each of %d outputs, received %d", len(t.m.Outputs()), len(t.settings.Losses))
	}
	return nil
}

// prepare makes the variables, the programs and the optimizer.
func (t *trainer) prepare() error {
	if len(t.Freeze) > 0 {
		frozen, err := t.m.Freeze(t.Freeze...)
		if err != nil {
			return err
		}
		t.m = frozen
	}
	constraints := map[string]bool{}
	for key := range t.Constraints {
		constraints[key] = false
	}
	var weights [][]float32
	for i, w := range t.m.Weights() {
		t.vars = append(t.vars, w.Value.Clone())
		if _, ok := t.Constraints[constraintKey(w)]; ok {
			constraints[constraintKey(w)] = true
		}
		if w.Trainable {
			t.trainable = append(t.trainable, i)
			weights = append(weights, t.vars[i].Float32s())
			for _, c := range []*layers.Constraint{w.Constraint, t.Constraints[constraintKey(w)]} {
				if c != nil {
					t.constrained = append(t.constrained, constrained{c, t.vars[i]})
				}
			}
		}
	}
	for key, found := range constraints {
		if !found {
			return fmt.Errorf("constraint on %q: the model has no such weight; it has %s", key, strings.Join(constraintKeys(t.m), ", "))
		}
	}
	if len(t.trainable) == 0 {
		return errors.New("the model has no trainable weights")
	}
	var err error
	if t.step, err = t.newProgram(true); err != nil {
		return err
	}
	if t.validation != nil {
		if t.evaluate, err = t.newProgram(false); err != nil {
			return err
		}
	}
	var previous *optimizerState
	if !t.ResetOptimizer {
		previous = stateOf(t.m, t.settings.Optimizer, weights, t.era)
	}
	t.update, err = newUpdater(t.settings.Optimizer, weights, t.era, previous)
	return err
}

// constraintKey is a weight's name in Config.Constraints.
func constraintKey(w keras.Weight) string {
	layer := w.Layer
	if i := strings.LastIndexByte(layer, '/'); i >= 0 {
		layer = layer[i+1:]
	}
	return layer + "." + w.Name
}

func constraintKeys(m *keras.Model) []string {
	var keys []string
	for _, w := range m.Weights() {
		keys = append(keys, constraintKey(w))
	}
	return keys
}

// run trains for all epochs.
func (t *trainer) run(ctx context.Context) error {
	data := t.data
	var order *shuffler
	if !t.NoShuffle {
		order = newShuffler(data, t.Seed)
		data = order.to
	}
	start, done := time.Now(), 0
	batches := data.batches(t.BatchSize)
	if t.validation != nil {
		t.validationBatches = t.validation.batches(t.BatchSize)
	}
	whole := context.WithoutCancel(ctx) // weights are never half changed
	for epoch := 1; epoch <= t.Epochs; epoch++ {
		if order != nil {
			order.shuffle()
		}
		sum := newTotals(t.step)
		for i, b := range batches {
			if err := t.trainStep(whole, b, sum); err != nil {
				return err
			}
			done += b.rows
			if t.OnStep != nil {
				t.OnStep(t.progress(epoch, i+1, len(batches), sum.logs(), start, done))
			}
			if ctx.Err() != nil {
				break
			}
		}
		logs := sum.logs()
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
			t.OnEpoch(t.progress(epoch, len(batches), len(batches), logs, start, done))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	t.update.finish()
	return nil
}

func (t *trainer) progress(epoch, step, steps int, logs []Log, start time.Time, done int) Progress {
	elapsed := time.Since(start)
	left := time.Duration(float64(elapsed) / float64(done) * float64(t.Epochs*t.data.Rows()-done))
	return Progress{Epoch: epoch, Epochs: t.Epochs, Step: step, Steps: steps, Logs: logs,
		RowsPerSecond: float64(done) / max(elapsed.Seconds(), 1e-9), Left: left}
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
	t.update.step(p.gradients)
	for _, c := range t.constrained {
		constrain(c.Constraint, c.w.Float32s(), c.w.Shape())
	}
	p.applyUpdates(t.vars)
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
