package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("ScheduleFreeAdamW", func() Optimizer { return NewScheduleFreeAdamW() }) }

// ScheduleFreeAdamW averages what Adam's steps come to in the place of a schedule
// (Defazio et al. 2024; keras/src/optimizers/schedule_free_adamw.py).
type ScheduleFreeAdamW struct {
	Common
	Beta1       float64 `keras:"beta_1"`
	Beta2       float64 `keras:"beta_2"`
	Epsilon     float64 `keras:"epsilon"`
	WarmupSteps int     `keras:"warmup_steps"`
}

// NewScheduleFreeAdamW returns ScheduleFreeAdamW with Keras' defaults.
func NewScheduleFreeAdamW() *ScheduleFreeAdamW {
	return &ScheduleFreeAdamW{Common: Defaults(0.0025), Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// Slots are the weights that are stepped, which begin as the variable's, and the
// second moment.
func (o *ScheduleFreeAdamW) Slots() []Group {
	return []Group{{{Name: "momentum", Weights: true}, {Name: "velocity"}}}
}

// Power is the square.
func (o *ScheduleFreeAdamW) Power(g float32) float32 { return g * g }

// Step changes one variable. The average so far should be worked out with z before
// its step, and the Keras 3.15 code means to; but on TensorFlow it reads z after, and
// so does this.
func (o *ScheduleFreeAdamW) Step(c *Call) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	t, rate := float32(c.Iteration), c.Rate
	if o.WarmupSteps > 0 {
		rate *= min(t/float32(o.WarmupSteps), 1)
	}
	correction, weight := 1-math32.Pow(b2, t), 1/t
	z, v := c.Slots[0], c.Slots[1]
	for i, g := range c.Gradient {
		v[i] += (c.Square(i) - v[i]) * (1 - b2)
		z[i] -= rate * g / (math32.Sqrt(v[i]/correction) + eps)
		x := (c.Weights[i] - (1-b1)*z[i]) / b1
		x = (1-weight)*x + weight*z[i]
		c.Weights[i] = (1-b1)*z[i] + b1*x
	}
}
