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
	Schedule     *Schedule // the learning rate when not nil; LearningRate is then ignored

	Momentum     float64 // SGD, RMSprop
	Nesterov     bool    // SGD
	Beta1, Beta2 float64 // Adam, AdamW, Adamax, Nadam, Lion
	Amsgrad      bool    // Adam, AdamW
	Rho          float64 // RMSprop, Adadelta
	Centered     bool    // RMSprop
	Epsilon      float64 // all but SGD, Ftrl and Lion

	InitialAccumulator        float64 // Adagrad, Ftrl
	LearningRatePower         float64 // Ftrl
	L1, L2, L2Shrinkage, Beta float64 // Ftrl

	WeightDecay    float64 // 0 is none
	ClipNorm       float64 // of each gradient; 0 is none
	ClipValue      float64
	GlobalClipNorm float64

	// With UseEMA a moving average of every weight is kept, which the weights
	// become when Fit ends, and every EMAOverwrite steps unless it is 0.
	UseEMA       bool
	EMAMomentum  float64
	EMAOverwrite int

	// AccumulateSteps >= 2 takes the mean of the gradients of that many batches
	// for each step (Keras 3).
	AccumulateSteps int
}

// rule is one optimizer's update of a variable.
type rule struct {
	defaults Optimizer
	options  []string // by Keras' names, beside those of every optimizer
	// slots says what is kept between steps, in the order in which Keras saves
	// it, given the options and the Keras era (2 or 3).
	slots func(o *Optimizer, era int) []slotGroup
	begin func(c *stepCall) // before the variables of a step; optional
	step  func(c *stepCall) // changes one variable
	// power is the function of the gradient's elements that step takes beside
	// them: see gradient. Nil when there is none.
	power func(float32) float32
}

// stepCall is what a rule works on: one variable in one step.
type stepCall struct {
	*Optimizer
	*gradient
	w      []float32
	slots  [][]float32 // by kind
	single [][]float32 // the slots that the optimizer has one number of
	rate   float32
	t      int64   // the step, counted from 1
	update *Update // the same for an optimizer that was registered
}

// slotGroup is a set of slots that Keras saves variable by variable, before the
// next group begins.
type slotGroup []slotKind

// slotKind is an array that is kept for each variable.
type slotKind struct {
	name    string
	initial float64 // each element at the start
	single  bool    // one number for all variables instead
	unsaved bool    // Keras does not store it
}

func kinds(names ...string) slotGroup {
	g := make(slotGroup, len(names))
	for i, n := range names {
		g[i].name = n
	}
	return g
}

var rules = map[string]rule{}

// average and accumulator are the slots of what all optimizers can do.
const (
	average     = "average"
	accumulator = "gradient_accumulator"
)

// slotGroups lists everything that an optimizer keeps, in Keras' order.
func (o *Optimizer) slotGroups(era int) (groups []slotGroup) {
	if o.UseEMA {
		groups = append(groups, kinds(average))
	}
	if o.accumulates() {
		groups = append(groups, kinds(accumulator))
	}
	return append(groups, rules[o.Class].slots(o, era)...)
}

func (o *Optimizer) accumulates() bool { return o.AccumulateSteps > 1 }

// check refuses options that no step can be made with.
func (o *Optimizer) check() error {
	if _, ok := rules[o.Class]; !ok {
		return fmt.Errorf("optimizer must be one of %s, received %q", strings.Join(OptimizerNames(), ", "), o.Class)
	}
	if o.Schedule != nil {
		if err := o.Schedule.check(); err != nil {
			return fmt.Errorf("%s: %w", o.Class, err)
		}
	}
	if o.EMAMomentum < 0 || o.EMAMomentum > 1 {
		return fmt.Errorf("%s: EMA momentum must be between 0 and 1, received %g", o.Class, o.EMAMomentum)
	}
	return nil
}

// ParseOptimizer returns the optimizer of that name with Keras' defaults. Case
// does not matter.
func ParseOptimizer(name string) (Optimizer, error) {
	for class, r := range rules {
		if strings.EqualFold(class, name) {
			o := r.defaults
			o.Class, o.EMAMomentum = class, 0.99
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
