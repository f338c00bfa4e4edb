package optimizers

import (
	"github.com/kerasrun/kerasrun/internal/kernel"
	"github.com/kerasrun/kerasrun/internal/math32"
)

func init() {
	Register("Adam", func() Optimizer { return NewAdam() })
	Register("AdamW", func() Optimizer { return NewAdamW() })
}

// Adam (Kingma and Ba 2014; keras/src/optimizers/adam.py). Epsilon is not
// corrected for bias; amsgrad keeps the maximum of the raw second moment.
type Adam struct {
	Common
	Beta1   float64 `keras:"beta_1"`
	Beta2   float64 `keras:"beta_2"`
	Epsilon float64 `keras:"epsilon"`
	Amsgrad bool    `keras:"amsgrad"`
}

// NewAdam returns Adam with Keras' defaults.
func NewAdam() *Adam {
	return &Adam{Common: Defaults(0.001), Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon}
}

// Slots are the moments, and the greatest second one with Amsgrad.
func (o *Adam) Slots() []Group {
	groups := []Group{Slots("momentum", "velocity").InKeras2("m", "v")}
	if o.Amsgrad {
		groups = append(groups, Slots("velocity_hat").InKeras2("vhat"))
	}
	return groups
}

// Power is the square.
func (o *Adam) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *Adam) Step(c *Call) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	t := float32(c.Iteration)
	alpha := c.Rate * math32.Sqrt(1-math32.Pow(b2, t)) / (1 - math32.Pow(b1, t))
	m, v := c.Slots[0], c.Slots[1]
	if !o.Amsgrad && c.Power == nil {
		kernel.AdamStep(c.Weights, m, v, c.Gradient, alpha, b1, b2, eps)
		return
	}
	for i, g := range c.Gradient {
		m[i] += (g - m[i]) * (1 - b1)
		v[i] += (c.Square(i) - v[i]) * (1 - b2)
		root := v[i]
		if o.Amsgrad {
			hat := c.Slots[2]
			hat[i] = max(hat[i], v[i])
			root = hat[i]
		}
		c.Weights[i] -= m[i] * alpha / (math32.Sqrt(root) + eps)
	}
}

// AdamW is Adam with weight decay (Loshchilov and Hutter 2017;
// keras/src/optimizers/adamw.py).
type AdamW struct{ Adam }

// NewAdamW returns AdamW with Keras' defaults.
func NewAdamW() *AdamW {
	o := &AdamW{*NewAdam()}
	o.WeightDecay = 0.004
	return o
}

// Configure writes the weight decay as a number though it is 0.
func (o *AdamW) Configure(config map[string]any) { config["weight_decay"] = o.WeightDecay }
