package train

import (
	"fmt"
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
	// step changes w given its gradient; s holds its slots in that order, t
	// counts from 1.
	step func(o *Optimizer, w []float32, g *gradient, s [][]float32, lr float32, t int64)
	// power is the function of the gradient's elements that step takes beside
	// them: see gradient. Nil when there is none.
	power    func(float32) float32
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
