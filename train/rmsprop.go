package train

import "github.com/kerasrun/kerasrun/internal/kernel"

// RMSprop (Hinton's lecture 6e; keras/src/optimizers/rmsprop.py): epsilon stands
// inside the root.
func init() {
	rules["RMSprop"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Rho: 0.9, Epsilon: epsilon},
		options:  []string{"rho", "momentum", "epsilon", "centered"},
		slots: func(o *Optimizer, _ int) []slotGroup {
			groups := []slotGroup{kinds("velocity")}
			if o.Momentum > 0 {
				groups = append(groups, kinds("momentum"))
			}
			if o.Centered {
				groups = append(groups, kinds("average_gradient"))
			}
			return groups
		},
		power: square,
		step:  rmspropStep,
	}
}

func rmspropStep(c *stepCall) {
	rho, eps := float32(c.Rho), float32(c.Epsilon)
	if c.Momentum <= 0 && !c.Centered && c.power == nil {
		kernel.RMSpropStep(c.w, c.slots[0], c.dense, c.rate, rho, eps)
		return
	}
	v, mu := c.slots[0], float32(c.Momentum)
	var momentum, average []float32
	if c.Momentum > 0 {
		momentum = c.slots[1]
	}
	if c.Centered {
		average = c.slots[len(c.slots)-1]
	}
	for i, g := range c.dense {
		v[i] = rho*v[i] + (1-rho)*c.square(i)
		d := v[i] + eps
		if average != nil {
			average[i] = rho*average[i] + (1-rho)*g
			d = v[i] - average[i]*average[i] + eps
		}
		step := c.rate * g / sqrt32(d)
		if momentum != nil {
			momentum[i] = mu*momentum[i] + step
			step = momentum[i]
		}
		c.w[i] -= step
	}
}
