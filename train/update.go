package train

import (
	"errors"
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/optimizers"
)

// optimizerState is what an optimizer keeps between steps. Values may be saved and
// given back to go on where training stopped.
type optimizerState struct {
	Iteration int64
	Slots     []slotArray // in the order in which Keras saves them
}

// slotArray is one array of an optimizer's state.
type slotArray struct {
	Name     string // "momentum", "velocity"
	Variable int    // index among the trainable weights; -1 when there is one for all
	Shape    []int
	Data     []float32

	placeholder bool // Keras saves the integer 0 in its place
	unsaved     bool
}

// updater applies an optimizer to the trainable variables.
type updater struct {
	*optimizers.Common
	optimizer optimizers.Optimizer
	begin     func(c *optimizers.Call) // before the variables of a step; or nil
	power     func(g float32) float32  // of a sparse gradient's elements, beside them; or nil

	guard optimizers.Guard                    // or nil
	decay func(v optimizers.Variable) float64 // of the weights

	era     int
	state   optimizerState
	weights [][]float32
	calls   []optimizers.Call // by variable
	vars    []optimizers.Variable
	single  [][]float32 // the slots that there is one number of
	average [][]float32 // by variable, with UseEMA
	sums    [][]float32 // of gradients, by variable, when they are accumulated
}

// newUpdater makes the optimizer's slots, taking what previous holds where it
// fits.
func newUpdater(o optimizers.Optimizer, vars []optimizers.Variable, weights [][]float32, era int, previous *optimizerState) (*updater, error) {
	if o == nil {
		return nil, errors.New("the settings have no optimizer")
	}
	if err := o.Base().Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", optimizers.Class(o), err)
	}
	u := &updater{Common: o.Base(), optimizer: o, era: era, vars: vars, weights: weights, calls: make([]optimizers.Call, len(weights))}
	u.guard, _ = o.(optimizers.Guard)
	inner := o
	if l, ok := o.(*optimizers.LossScaleOptimizer); ok {
		inner = l.Inner
	}
	u.decay = func(optimizers.Variable) float64 { return u.WeightDecay }
	if d, ok := inner.(optimizers.Decayer); ok {
		u.decay = d.Decay
	}
	if b, ok := o.(optimizers.Beginner); ok {
		u.begin = b.Begin
	}
	if s, ok := inner.(optimizers.Sparse); ok && era != 2 {
		u.power = s.Power
	}
	for _, group := range slotGroups(o, era) {
		for v, w := range weights {
			for _, kind := range group {
				if kind.Single {
					if v == 0 {
						s := slotArray{Name: kind.Name, Variable: -1, Shape: []int{}, Data: []float32{float32(kind.Initial)}, unsaved: kind.Keras2.Unsaved}
						u.state.Slots = append(u.state.Slots, s)
						u.single = append(u.single, s.Data)
					}
					continue
				}
				u.addSlot(kind, v, w)
			}
		}
	}
	for v, w := range weights {
		u.calls[v].Weights, u.calls[v].Single, u.calls[v].Shape, u.calls[v].Keras2 = w, u.single, vars[v].Shape, era == 2
	}
	if previous == nil {
		return u, nil
	}
	u.goOn(previous)
	return u, nil
}

// goOn takes another state where it fits.
func (u *updater) goOn(previous *optimizerState) bool {
	if len(previous.Slots) > 0 && !previous.fits(u.state) {
		return false
	}
	u.state.Iteration = previous.Iteration
	for i, s := range previous.Slots {
		copy(u.state.Slots[i].Data, s.Data)
	}
	return true
}

func (u *updater) addSlot(kind optimizers.Slot, v int, w []float32) {
	shape, kept := kind.Of(u.vars[v])
	s := slotArray{Name: kind.Name, Variable: v, Shape: shape, placeholder: !kept && kind.Placeholder, unsaved: kind.Keras2.Unsaved}
	if kept {
		s.Data = make([]float32, elements(shape))
	}
	if kept || s.placeholder {
		u.state.Slots = append(u.state.Slots, s)
	}
	switch {
	case u.UseEMA && kind.Name == average:
		copy(s.Data, w) // Keras 3 begins at 0, but does not use that
		u.average = append(u.average, s.Data)
		return
	case u.Accumulates() && kind.Name == accumulator:
		u.sums = append(u.sums, s.Data)
		return
	}
	for i := range s.Data {
		s.Data[i] = float32(kind.Initial)
	}
	if kind.Weights {
		copy(s.Data, w)
	}
	u.calls[v].Slots = append(u.calls[v].Slots, s.Data)
}

// fits reports whether the slots have the sizes of another state's, or nothing.
func (s *optimizerState) fits(t optimizerState) bool {
	if len(s.Slots) != len(t.Slots) {
		return false
	}
	for i := range s.Slots {
		if n := len(s.Slots[i].Data); n > 0 && n != len(t.Slots[i].Data) {
			return false
		}
	}
	return true
}

// step changes the variables by their gradients, in Keras' order: accumulate,
// clip, decay the weights, update, average. Constraints are the caller's.
func (u *updater) step(grads []gradient) {
	if u.guard != nil && !u.guard.Passes(allFinite(grads), u.single) {
		return
	}
	iteration := u.state.Iteration
	done := iteration // steps that changed the weights
	if u.Accumulates() {
		done /= int64(u.AccumulateSteps)
	}
	if !u.Accumulates() || u.accumulate(grads) {
		u.clip(grads)
		u.change(grads, done+1)
	}
	if u.UseEMA {
		u.keepAverage(done == 0 && u.era == 3)
		if u.EMAOverwrite > 0 && (done+1)%int64(u.EMAOverwrite) == 0 {
			u.finish()
		}
	}
	u.state.Iteration++
}

func (u *updater) change(grads []gradient, t int64) {
	rate, place := u.Rate(u.state.Iteration), 0
	for i := range u.calls {
		c, g := &u.calls[i], &grads[i]
		c.Rate, c.Iteration = rate, t
		if i == 0 && u.begin != nil {
			u.begin(c)
		}
		if g.none {
			continue
		}
		c.Variable = place
		place++
		g.sum(u.power)
		c.Gradient, c.Power = g.dense, g.power
		if decay := u.decay(u.vars[i]); decay != 0 {
			f := float32(decay) * rate
			for k, v := range c.Weights {
				c.Weights[k] = v - v*f
			}
		}
		u.optimizer.Step(c)
	}
}

// accumulate adds the gradients to those before them. It reports whether it is
// time for a step; grads are the mean then.
func (u *updater) accumulate(grads []gradient) bool {
	n := int64(u.AccumulateSteps)
	last := (u.state.Iteration+1)%n == 0
	for i := range grads {
		g := &grads[i]
		if g.none {
			continue
		}
		g.sum(nil)
		for k, v := range g.dense {
			u.sums[i][k] += v
		}
		if last {
			for k, v := range u.sums[i] {
				g.dense[k] = v / float32(n)
			}
			clear(u.sums[i])
		}
	}
	return last
}

// keepAverage moves the averages towards the weights, or sets them to the
// weights at the first step of Keras 3.
func (u *updater) keepAverage(first bool) {
	m := float32(u.EMAMomentum)
	for i, a := range u.average {
		if first {
			copy(a, u.weights[i])
			continue
		}
		for k, w := range u.weights[i] {
			a[k] = m*a[k] + (1-m)*w
		}
	}
}

// finish puts the averages in the place of the weights, as fit() does when it
// ends (finalize_variable_values).
func (u *updater) finish() {
	for i, a := range u.average {
		copy(u.weights[i], a)
	}
}

// clip bounds the gradients as clip_by_norm, clip_by_global_norm and
// clip_by_value of TensorFlow do.
func (u *updater) clip(grads []gradient) {
	scale := func(f float64) func([]float32) {
		return func(g []float32) {
			for i := range g {
				g[i] *= float32(f)
			}
		}
	}
	switch {
	case u.ClipNorm > 0:
		for i := range grads {
			if n := norm(grads[i : i+1]); n > u.ClipNorm {
				grads[i].parts(scale(u.ClipNorm / n))
			}
		}
	case u.GlobalClipNorm > 0:
		if n := norm(grads); n > u.GlobalClipNorm {
			for i := range grads {
				grads[i].parts(scale(u.GlobalClipNorm / n))
			}
		}
	case u.ClipValue > 0:
		c := float32(u.ClipValue)
		for i := range grads {
			grads[i].parts(func(g []float32) {
				for i, v := range g {
					g[i] = min(max(v, -c), c)
				}
			})
		}
	}
}

func allFinite(grads []gradient) bool {
	ok := true
	for i := range grads {
		grads[i].parts(func(g []float32) {
			for _, v := range g {
				ok = ok && v-v == 0
			}
		})
	}
	return ok
}

// norm is the Euclidean norm of several gradients together.
func norm(grads []gradient) float64 {
	s := 0.0
	for i := range grads {
		grads[i].parts(func(g []float32) {
			for _, v := range g {
				s += float64(v) * float64(v)
			}
		})
	}
	return math.Sqrt(s)
}
