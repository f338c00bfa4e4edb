package optimizers

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/optimizers/schedules"
)

// Optimizer says how gradients change weights. An implementation is a pointer
// to a struct that embeds Common; its options are the exported fields that are
// tagged `keras:"key"`. It has options only: what it keeps between steps is in
// the slots.
type Optimizer interface {
	Base() *Common
	// Slots lists what is kept between steps, in the order in which Keras saves
	// it, given the options.
	Slots() []Group
	// Step changes one variable. It must not allocate.
	Step(c *Call)
}

// Beginner is implemented by optimizers that do something once a step, before
// the first variable's Step.
type Beginner interface{ Begin(c *Call) }

// Sparse is implemented by optimizers whose step takes a function of the
// gradient's elements beside them, their square say. Where a gradient is made of
// slices of one row each (tf.IndexedSlices), Keras 3 adds up the function of
// each slice, not the function of the sum. See Call.Power.
type Sparse interface{ Power(g float32) float32 }

// Decayer is implemented by optimizers whose weight decay is not the same for all
// variables.
type Decayer interface{ Decay(v Variable) float64 }

// Guard is implemented by optimizers that see before each step whether all gradients
// are finite, and may leave it out.
type Guard interface {
	Passes(finite bool, single [][]float32) bool
}

// Call is one step of an optimizer on one variable.
type Call struct {
	Weights   []float32   // to be changed
	Gradient  []float32   // of the loss by each
	Slots     [][]float32 // in the order of Optimizer.Slots, nil where one is not kept; to be changed
	Single    [][]float32 // the slots that there is one number of, in the same order
	Rate      float32     // the learning rate of this step
	Iteration int64       // of this step, counted from 1
	Variable  int         // place among the variables that the loss depends on, from 0
	Keras2    bool        // with the numerics of Keras 2 where they differ
	Shape     []int       // of the variable
	Power     []float32   // of a Sparse optimizer and a gradient of slices; nil means that of Gradient

	memory []float32
}

// Memory returns so many numbers to compute with. They hold what the call before
// left there when that asked for no fewer.
func (c *Call) Memory(n int) []float32 {
	if n > len(c.memory) {
		c.memory = make([]float32, n)
	}
	return c.memory[:n]
}

// Square returns the square of gradient element i for optimizers whose Power is
// the square.
func (c *Call) Square(i int) float32 {
	if c.Power != nil {
		return c.Power[i]
	}
	return c.Gradient[i] * c.Gradient[i]
}

// Common holds what every optimizer has. 0 is none.
type Common struct {
	LearningRate float64            // "learning_rate"
	Schedule     schedules.Schedule // the learning rate when not nil; LearningRate is then ignored

	WeightDecay    float64 `keras:"weight_decay"`
	ClipNorm       float64 `keras:"clipnorm"` // of each gradient
	ClipValue      float64 `keras:"clipvalue"`
	GlobalClipNorm float64 `keras:"global_clipnorm"`

	// With UseEMA a moving average of every weight is kept, which the weights
	// become when training ends, and every EMAOverwrite steps unless it is 0.
	UseEMA       bool    `keras:"use_ema"`
	EMAMomentum  float64 `keras:"ema_momentum"`
	EMAOverwrite int     `keras:"ema_overwrite_frequency"`

	// AccumulateSteps >= 2 takes the mean of the gradients of that many batches
	// for each step (Keras 3).
	AccumulateSteps int `keras:"gradient_accumulation_steps"`

	// LossScaleFactor multiplies the loss, and divides its gradients again. In float32
	// that changes nothing, and nothing is done.
	LossScaleFactor float64 `keras:"loss_scale_factor"`
}

// Defaults returns the options of every optimizer as Keras has them, with a
// learning rate.
func Defaults(rate float64) Common { return Common{LearningRate: rate, EMAMomentum: 0.99} }

// Base returns the common part.
func (c *Common) Base() *Common { return c }

// Rate returns the learning rate of the step that follows the given number of
// steps.
func (c *Common) Rate(iteration int64) float32 {
	if c.Schedule != nil {
		return c.Schedule.At(iteration)
	}
	return float32(c.LearningRate)
}

// Accumulates reports whether a step takes the gradients of several batches.
func (c *Common) Accumulates() bool { return c.AccumulateSteps > 1 }

// Check refuses options that no step can be made with.
func (c *Common) Check() error {
	switch {
	case c.EMAMomentum < 0 || c.EMAMomentum > 1:
		return fmt.Errorf("EMA momentum must be between 0 and 1, received %g", c.EMAMomentum)
	case c.EMAOverwrite < 0:
		return fmt.Errorf("ema_overwrite_frequency must be >= 0, received %d", c.EMAOverwrite)
	case c.AccumulateSteps < 0:
		return fmt.Errorf("gradient_accumulation_steps must be >= 0, received %d", c.AccumulateSteps)
	case c.Schedule == nil:
		return nil
	case schedules.Class(c.Schedule) == "":
		return errors.New("the learning rate schedule is not registered")
	}
	return c.Schedule.Check()
}

// epsilon is keras.config.epsilon(), the default of many options.
const epsilon = 1e-7
