package train

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// Optimizer is the configuration of an optimizer: Keras' class and options.
// Options that a class does not have are ignored.
type Optimizer struct {
	Class        string // Keras' name: "SGD", "Adam", "RMSprop"
	LearningRate float64
	Decay        float64 // of Keras 2.10 and before: lr / (1 + decay·iteration)

	Momentum     float64 // SGD, RMSprop
	Nesterov     bool    // SGD
	Beta1, Beta2 float64 // Adam
	Amsgrad      bool    // Adam
	Rho          float64 // RMSprop
	Centered     bool    // RMSprop
	Epsilon      float64 // Adam, RMSprop

	WeightDecay    float64 // 0 is none
	ClipNorm       float64 // of each gradient; 0 is none
	ClipValue      float64
	GlobalClipNorm float64
}

// rule is one optimizer's update of a variable.
type rule struct {
	// slots names what is kept for each variable, in the order in which Keras
	// saves it, given the options and the Keras era (2 or 3).
	slots func(o *Optimizer, era int) []slotGroup
	// step changes w given its gradient; s holds its slots in that order.
	step     func(o *Optimizer, w, g []float32, s [][]float32, lr float32, t int64)
	defaults Optimizer
}

// slotGroup is a set of slots that Keras saves variable by variable, before the
// next group begins.
type slotGroup []string

var rules = map[string]rule{}

// ParseOptimizer returns the optimizer of that name with Keras' defaults. Case
// does not matter.
func ParseOptimizer(name string) (Optimizer, error) {
	for class, r := range rules {
		if strings.EqualFold(class, name) {
			o := r.defaults
			o.Class = class
			return o, nil
		}
	}
	return Optimizer{}, fmt.Errorf("optimizer must be one of %s, received %q", strings.Join(OptimizerNames(), ", "), name)
}

// OptimizerNames lists the optimizers by Keras' names.
func OptimizerNames() []string {
	var names []string
	for n := range rules {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// State is what an optimizer keeps between steps. Values may be saved and
// given back to go on where training stopped.
type State struct {
	Iteration int64
	Slots     []Slot // in the order in which Keras saves them
}

// Slot is one array of an optimizer's state.
type Slot struct {
	Name     string // "momentum", "velocity"
	Variable int    // index among the trainable weights
	Data     []float32
}

// updater applies an optimizer to the trainable variables.
type updater struct {
	Optimizer
	rule
	state  State
	byVar  [][][]float32 // by variable: its slots in the order of rule.slots
	frozen []bool
}

// newUpdater makes the optimizer's slots, taking what previous holds where it
// fits.
func newUpdater(o Optimizer, sizes []int, era int, previous *State) (*updater, error) {
	r, ok := rules[o.Class]
	if !ok {
		return nil, fmt.Errorf("optimizer must be one of %s, received %q", strings.Join(OptimizerNames(), ", "), o.Class)
	}
	u := &updater{Optimizer: o, rule: r, byVar: make([][][]float32, len(sizes))}
	for _, group := range r.slots(&o, era) {
		for v, n := range sizes {
			for _, name := range group {
				s := Slot{Name: name, Variable: v, Data: make([]float32, n)}
				u.state.Slots = append(u.state.Slots, s)
				u.byVar[v] = append(u.byVar[v], s.Data)
			}
		}
	}
	if previous != nil && len(previous.Slots) == len(u.state.Slots) {
		fits := true
		for i, s := range previous.Slots {
			fits = fits && len(s.Data) == len(u.state.Slots[i].Data)
		}
		if fits {
			u.state.Iteration = previous.Iteration
			for i, s := range previous.Slots {
				copy(u.state.Slots[i].Data, s.Data)
			}
		}
	}
	return u, nil
}

// step changes the variables by their gradients, in Keras' order: clip, decay
// the weights, update. Constraints are the caller's.
func (u *updater) step(vars, grads [][]float32) {
	u.clip(grads)
	lr := u.LearningRate
	if u.Decay != 0 {
		lr /= 1 + u.Decay*float64(u.state.Iteration)
	}
	for i, w := range vars {
		if u.WeightDecay != 0 {
			f := float32(u.WeightDecay) * float32(lr)
			for k, v := range w {
				w[k] = v - v*f
			}
		}
		u.rule.step(&u.Optimizer, w, grads[i], u.byVar[i], float32(lr), u.state.Iteration+1)
	}
	u.state.Iteration++
}

// clip bounds the gradients as clip_by_norm, clip_by_global_norm and
// clip_by_value of TensorFlow do.
func (u *updater) clip(grads [][]float32) {
	scale := func(g []float32, f float32) {
		for i := range g {
			g[i] *= f
		}
	}
	switch {
	case u.ClipNorm > 0:
		for _, g := range grads {
			if n := math.Sqrt(sumSquares(g)); n > u.ClipNorm {
				scale(g, float32(u.ClipNorm/n))
			}
		}
	case u.GlobalClipNorm > 0:
		total := 0.0
		for _, g := range grads {
			total += sumSquares(g)
		}
		if n := math.Sqrt(total); n > u.GlobalClipNorm {
			for _, g := range grads {
				scale(g, float32(u.GlobalClipNorm/n))
			}
		}
	case u.ClipValue > 0:
		c := float32(u.ClipValue)
		for _, g := range grads {
			for i, v := range g {
				g[i] = min(max(v, -c), c)
			}
		}
	}
}

func sumSquares(g []float32) float64 {
	s := 0.0
	for _, v := range g {
		s += float64(v) * float64(v)
	}
	return s
}
