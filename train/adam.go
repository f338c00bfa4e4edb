package train

import "github.com/kerasrun/kerasrun/internal/kernel"

// Adam (Kingma and Ba 2014; keras/src/optimizers/adam.py). Epsilon is not
// corrected for bias; amsgrad keeps the maximum of the raw second moment.
func init() {
	adam := rule{
		defaults: Optimizer{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon},
		options:  []string{"beta_1", "beta_2", "epsilon", "amsgrad"},
		slots: func(o *Optimizer, era int) []slotGroup {
			groups, hat := []slotGroup{kinds("momentum", "velocity")}, "velocity_hat"
			if era == 2 {
				groups, hat = []slotGroup{kinds("m", "v")}, "vhat"
			}
			if o.Amsgrad {
				groups = append(groups, kinds(hat))
			}
			return groups
		},
		power: square,
		step:  adamStep,
	}
	rules["Adam"] = adam
	adam.defaults.WeightDecay = 0.004
	rules["AdamW"] = adam
}

func adamStep(c *stepCall) {
	b1, b2, eps := float32(c.Beta1), float32(c.Beta2), float32(c.Epsilon)
	t := float32(c.t)
	alpha := c.rate * sqrt32(1-pow32(b2, t)) / (1 - pow32(b1, t))
	m, v := c.slots[0], c.slots[1]
	if !c.Amsgrad && c.power == nil {
		kernel.AdamStep(c.w, m, v, c.dense, alpha, b1, b2, eps)
		return
	}
	for i, g := range c.dense {
		m[i] += (g - m[i]) * (1 - b1)
		v[i] += (c.square(i) - v[i]) * (1 - b2)
		root := v[i]
		if c.Amsgrad {
			hat := c.slots[2]
			hat[i] = max(hat[i], v[i])
			root = hat[i]
		}
		c.w[i] -= m[i] * alpha / (sqrt32(root) + eps)
	}
}
