package train

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
)

// Callback sees training go on, and may change it through the Run. Embed Silent for
// the methods that are not needed. An error ends training: Fit returns it.
type Callback interface {
	Begin(r *Run) error      // before the first epoch
	EpochBegin(r *Run) error // before an epoch's first step
	StepEnd(r *Run) error    // after each step
	EpochEnd(r *Run) error   // after each epoch and its validation
	End(r *Run) error        // after the last epoch, unless an error ended training
}

// Evaluating is a Callback that is called around each validation too.
type Evaluating interface {
	ValidationBegin(r *Run) error
	ValidationEnd(r *Run) error
}

// Silent is a Callback that does nothing.
type Silent struct{}

// Begin does nothing.
func (Silent) Begin(*Run) error { return nil }

// EpochBegin does nothing.
func (Silent) EpochBegin(*Run) error { return nil }

// StepEnd does nothing.
func (Silent) StepEnd(*Run) error { return nil }

// EpochEnd does nothing.
func (Silent) EpochEnd(*Run) error { return nil }

// End does nothing.
func (Silent) End(*Run) error { return nil }

// Run is training as callbacks see it.
type Run struct {
	Epoch, Epochs int   // counted from 1
	Step, Steps   int   // of the epoch, counted from 1
	Logs          []Log // of the epoch so far; what EpochEnd adds is in the history
	Stopped       bool  // set to end training after this epoch

	t *trainer
}

// Log returns the number of that name, and false when there is none.
func (r *Run) Log(name string) (float64, bool) {
	for _, l := range r.Logs {
		if l.Name == name {
			return l.Value, true
		}
	}
	return 0, false
}

// Report adds a number to the epoch's, unless it is there already.
func (r *Run) Report(name string, value float64) {
	if _, have := r.Log(name); !have {
		r.Logs = append(r.Logs, Log{name, value})
	}
}

// Iteration returns the number of steps that changed the weights so far.
func (r *Run) Iteration() int64 { return r.t.update.state.Iteration }

// LearningRate returns that of the next step.
func (r *Run) LearningRate() float64 {
	return float64(r.t.update.Rate(r.t.update.state.Iteration))
}

// ReportLearningRate adds the learning rate to the epoch's numbers, under the name
// that the model's Keras gives it.
func (r *Run) ReportLearningRate() {
	name := "learning_rate"
	if r.t.era == 2 {
		name = "lr"
	}
	r.Report(name, r.LearningRate())
}

// SetLearningRate changes it from the next step on. A schedule cannot be changed.
func (r *Run) SetLearningRate(rate float64) error {
	if r.t.update.Schedule != nil {
		return errors.New("the learning rate is a schedule, which nothing else can change")
	}
	r.t.update.LearningRate = rate
	return nil
}

// Model returns the model as it is now, compiled and with the optimizer's state.
func (r *Run) Model() (*keras.Model, error) { return r.t.model() }

// Weights is a copy of all weights of a model.
type Weights struct{ bytes [][]byte }

// Weights returns a copy of the weights, in the memory of old unless that is nil.
func (r *Run) Weights(old *Weights) *Weights {
	if old == nil {
		old = &Weights{bytes: make([][]byte, len(r.t.vars))}
	}
	for i, v := range r.t.vars {
		old.bytes[i] = append(old.bytes[i][:0], v.Bytes()...)
	}
	return old
}

// SetWeights gives the model the weights of a copy.
func (r *Run) SetWeights(w *Weights) {
	for i, b := range w.bytes {
		copy(r.t.vars[i].Bytes(), b)
	}
}

// SwapAverages exchanges the weights and their moving averages, which an optimizer with
// UseEMA keeps.
func (r *Run) SwapAverages() error {
	u := r.t.update
	if u.average == nil {
		return errors.New("the optimizer keeps no averages of the weights: it must have use_ema")
	}
	for i, a := range u.average {
		for k, w := range u.weights[i] {
			a[k], u.weights[i][k] = w, a[k]
		}
	}
	return nil
}

// KeepAverages makes the averages what the weights are.
func (r *Run) KeepAverages() {
	for i, a := range r.t.update.average {
		copy(a, r.t.update.weights[i])
	}
}

// History returns what the epochs so far reported.
func (r *Run) History() *History { return r.t.history }

// GoOn continues training that stopped after an epoch, from the model and the history
// of then. Call it in Begin.
func (r *Run) GoOn(m *keras.Model, epoch int, h *History) error {
	t, weights := r.t, m.Weights()
	if len(weights) != len(t.vars) || epoch < 0 {
		return fmt.Errorf("wanted a model of %d weights after an epoch, received %d after epoch %d", len(t.vars), len(weights), epoch)
	}
	for i, w := range weights {
		if !w.Value.Shape().Equal(t.vars[i].Shape()) {
			return fmt.Errorf("weight %s has the shape %v, not %v: the model is another", w.Name, w.Value.Shape(), t.vars[i].Shape())
		}
		copy(t.vars[i].Bytes(), w.Value.Bytes())
	}
	saved, err := SettingsOf(m)
	if err != nil {
		return err
	}
	state := stateOf(m, t.settings.Optimizer, t.update.vars, t.era)
	if state == nil || saved == nil || !t.update.goOn(state) {
		return errors.New("the optimizer's state does not fit: it was another optimizer")
	}
	if t.update.Schedule == nil {
		t.update.LearningRate = saved.Optimizer.Base().LearningRate
	}
	t.initial = epoch
	t.history.Names, t.history.Epochs = h.Names, h.Epochs
	return nil
}

// around calls the callbacks that want it before or after a validation.
func (t *trainer) around(do func(c Evaluating) error) error {
	return t.each(func(c Callback) error {
		if e, ok := c.(Evaluating); ok {
			return do(e)
		}
		return nil
	})
}

// each calls every callback, until one fails.
func (t *trainer) each(do func(c Callback) error) error {
	for _, c := range t.Callbacks {
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}
