package train

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
)

// trainer is one run of Fit.
type trainer struct {
	Config
	m          *keras.Model
	era        int
	data       *Data     // all rows, or the first one of a stream
	stream     *streamer // nil where all rows are in memory
	rows       int
	validation *Data
	settings   *Settings
	vars       []*runtime.Tensor // all weights, by index in the model
	trainable  []int             // indices of those that are trained
	step       *stepProgram
	evaluate   *stepProgram
	update     *updater
	history    *History
	steps      uint64
	run        *Run
	initial    int // epochs that were before, see Run.GoOn

	constrained                []constrained
	batches, validationBatches []batch
	perEpoch                   int // steps
	start                      time.Time
	done                       int // rows seen
}

// constrained is a weight with a constraint that is applied after each step.
type constrained struct {
	*layers.Constraint
	w *runtime.Tensor
}

func newTrainer(m *keras.Model, data Dataset, config Config) (*trainer, error) {
	t := &trainer{Config: config, m: m, era: max(2, m.Origin().Era), history: &History{Epochs: map[string][]float64{}}}
	if t.Epochs == 0 {
		t.Epochs = 1
	}
	if t.BatchSize == 0 {
		t.BatchSize = 32
	}
	if t.Epochs < 0 || t.BatchSize < 0 {
		return nil, fmt.Errorf("epochs and batch size must be >= 1, received %d and %d", t.Epochs, t.BatchSize)
	}
	if err := t.findSettings(); err != nil {
		return nil, err
	}
	if t.validation = config.Validation; t.validation != nil {
		if err := t.validation.checkValues(m, t.settings); err != nil {
			return nil, fmt.Errorf("validation: %w", err)
		}
	}
	if err := t.takeData(data); err != nil {
		return nil, err
	}
	return t, t.prepare()
}

// takeData looks at the data, of which a part may be for validation.
func (t *trainer) takeData(from Dataset) (err error) {
	if config := &t.Config; config.ClassWeights != nil && len(t.m.Outputs()) != 1 {
		return fmt.Errorf("class weights need a model with one output, received %d", len(t.m.Outputs()))
	}
	c := newChecker(t.m, t.settings)
	if t.OnNote != nil {
		if err := c.findReach(); err != nil {
			return err
		}
	}
	data, inMemory := from.(*Data)
	if inMemory {
		if err := data.check(t.m); err != nil {
			return err
		}
		if err := c.add(data); err != nil {
			return err
		}
		t.data = data
	} else if t.data, err = survey(from, t.m, c); err != nil {
		return err
	}
	if err := c.err(); err != nil {
		return err
	}
	if t.OnNote != nil {
		for _, n := range c.notes() {
			t.OnNote(n)
		}
	}
	switch {
	case t.ValidationSplit == 0 || t.validation != nil:
	case !inMemory:
		return errors.New("a validation split needs all rows in memory: validate with rows of their own")
	default:
		if t.data, t.validation, err = data.Split(t.ValidationSplit); err != nil {
			return err
		}
	}
	if t.rows = c.rows; inMemory {
		t.rows = t.data.Rows()
	}
	if t.ClassWeights != nil {
		t.data = t.data.withClassWeights(t.ClassWeights)
	}
	if !inMemory {
		t.stream = newStreamer(from, t.data, t.BatchSize, t.bufferRows(), t.Seed, t.ClassWeights)
	}
	return nil
}

// bufferRows is how many rows of a stream are mixed with each other.
func (t *trainer) bufferRows() int {
	switch {
	case t.NoShuffle:
		return 1
	case t.ShuffleBuffer > 0:
		return min(t.ShuffleBuffer, t.rows)
	}
	return min(bufferRows(t.data), t.rows)
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
	own := *t.settings // callbacks may change the learning rate
	if own.Optimizer != nil {
		own.Optimizer = optimizers.Clone(own.Optimizer)
	}
	t.settings = &own
	any := false
	for _, l := range t.settings.Losses {
		any = any || l != nil
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
	var vars []optimizers.Variable
	for i, w := range t.m.Weights() {
		t.vars = append(t.vars, w.Value.Clone())
		if _, ok := t.Constraints[constraintKey(w)]; ok {
			constraints[constraintKey(w)] = true
		}
		if w.Trainable {
			t.trainable = append(t.trainable, i)
			weights = append(weights, t.vars[i].Float32s())
			vars = append(vars, optimizers.Variable{Shape: t.vars[i].Shape(), Path: w.Layer + "/" + w.Name})
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
		previous = stateOf(t.m, t.settings.Optimizer, vars, t.era)
		if n := len(t.m.Origin().Optimizer); previous == nil && n > 0 {
			t.history.Notes = append(t.history.Notes, fmt.Sprintf("the optimizer starts anew: the %d arrays of its state in the file do not fit %s with these weights", n, optimizers.Class(t.settings.Optimizer)))
		}
	}
	t.update, err = newUpdater(t.settings.Optimizer, vars, weights, t.era, previous)
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
