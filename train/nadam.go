package train

// Nadam, Adam with Nesterov's momentum (Dozat 2015;
// keras/src/optimizers/nadam.py). Beside its slots it keeps the product of the
// momentum schedule, which Keras 3 saves last and Keras 2 does not save: there
// it begins at 1 again.
func init() {
	rules["Nadam"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon},
		options:  []string{"beta_1", "beta_2", "epsilon"},
		slots: func(_ *Optimizer, era int) []slotGroup {
			product := slotGroup{{name: "u_product", initial: 1, single: true}}
			if era == 2 {
				product[0].unsaved = true
				return []slotGroup{kinds("m", "v"), product}
			}
			return []slotGroup{kinds("momentum", "velocity"), product}
		},
		power: square,
		begin: func(c *stepCall) { c.single[0][0] *= c.momentumAt(c.t) },
		step: func(c *stepCall) {
			b1, b2, eps := float32(c.Beta1), float32(c.Beta2), float32(c.Epsilon)
			now, next, product := c.momentumAt(c.t), c.momentumAt(c.t+1), c.single[0][0]
			ahead, here := next/(1-product*next), (1-now)/(1-product)
			correction := 1 - pow32(b2, float32(c.t))
			m, v := c.slots[0], c.slots[1]
			for i, g := range c.dense {
				m[i] += (g - m[i]) * (1 - b1)
				v[i] += (c.square(i) - v[i]) * (1 - b2)
				c.w[i] -= (ahead*m[i] + here*g) * c.rate / (sqrt32(v[i]/correction) + eps)
			}
		},
	}
}

// momentumAt is Dozat's schedule of beta_1.
func (c *stepCall) momentumAt(t int64) float32 {
	return float32(c.Beta1) * (1 - 0.5*pow32(0.96, float32(t)))
}
