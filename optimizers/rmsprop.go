package optimizers

import (
	"github.com/kerasrun/kerasrun/internal/kernel"
	"github.com/kerasrun/kerasrun/internal/math32"
)

func init() { Register("RMSprop", func() Optimizer { return NewRMSprop() }) }

// RMSprop (Hinton's lecture 6e; keras/src/optimizers/rmsprop.py): epsilon stands
// inside the root.
type RMSprop struct {
	Common
	Rho      float64 `keras:"rho"`
	Momentum float64 `keras:"momentum"`
	Epsilon  float64 `keras:"epsilon"`
	Centered bool    `keras:"centered"`
}

// NewRMSprop returns RMSprop with Keras' defaults.
func NewRMSprop() *RMSprop { return &RMSprop{Common: Defaults(0.001), Rho: 0.9, Epsilon: epsilon} }

// Slots are the average of squares, the momentum when there is one, and the
// average of gradients when Centered.
func (o *RMSprop) Slots() []Group {
	groups := []Group{Slots("velocity")}
	if o.Momentum > 0 {
		groups = append(groups, Slots("momentum"))
	}
	if o.Centered {
		groups = append(groups, Slots("average_gradient"))
	}
	return groups
}

// Power is the square.
func (o *RMSprop) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *RMSprop) Step(c *Call) {
	rho, eps := float32(o.Rho), float32(o.Epsilon)
	if o.Momentum <= 0 && !o.Centered && c.Power == nil {
		kernel.RMSpropStep(c.Weights, c.Slots[0], c.Gradient, c.Rate, rho, eps)
		return
	}
	v, mu := c.Slots[0], float32(o.Momentum)
	var momentum, average []float32
	if o.Momentum > 0 {
		momentum = c.Slots[1]
	}
	if o.Centered {
		average = c.Slots[len(c.Slots)-1]
	}
	for i, g := range c.Gradient {
		v[i] = rho*v[i] + (1-rho)*c.Square(i)
		d := v[i] + eps
		if average != nil {
			average[i] = rho*average[i] + (1-rho)*g
			d = v[i] - average[i]*average[i] + eps
		}
		step := c.Rate * g / math32.Sqrt(d)
		if momentum != nil {
			momentum[i] = mu*momentum[i] + step
			step = momentum[i]
		}
		c.Weights[i] -= step
	}
}
