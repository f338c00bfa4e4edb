package optimizers

import "github.com/kerasrun/kerasrun/internal/kernel"

func init() { Register("SGD", func() Optimizer { return NewSGD() }) }

// SGD, with momentum and Nesterov's form of it (keras/src/optimizers/sgd.py).
type SGD struct {
	Common
	Momentum float64 `keras:"momentum"`
	Nesterov bool    `keras:"nesterov"`
}

// NewSGD returns SGD with Keras' defaults.
func NewSGD() *SGD { return &SGD{Common: Defaults(0.01)} }

// Slots is the momentum when there is one. Keras 2 keeps one always: with a
// momentum of 0 it is the last change.
func (o *SGD) Slots() []Group {
	return []Group{{{Name: "momentum", Keras2: Keras2{Name: "m", Only: o.Momentum == 0}}}}
}

// Step changes one variable.
func (o *SGD) Step(c *Call) {
	if len(c.Slots) == 0 {
		kernel.SGDStep(c.Weights, c.Gradient, c.Rate)
		return
	}
	kernel.MomentumStep(c.Weights, c.Slots[0], c.Gradient, c.Rate, float32(o.Momentum), o.Nesterov)
}
