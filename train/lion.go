package train

// Lion (Chen et al. 2023; keras/src/optimizers/lion.py): steps of one size in
// the direction of the momentum's sign.
func init() {
	rules["Lion"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.99},
		options:  []string{"beta_1", "beta_2"},
		slots: func(_ *Optimizer, era int) []slotGroup {
			if era == 2 {
				return []slotGroup{kinds("m")}
			}
			return []slotGroup{kinds("momentum")}
		},
		step: func(c *stepCall) {
			b1, b2, m := float32(c.Beta1), float32(c.Beta2), c.slots[0]
			for i, g := range c.dense {
				switch d := m[i]*b1 + g*(1-b1); {
				case d > 0:
					c.w[i] -= c.rate
				case d < 0:
					c.w[i] += c.rate
				}
				m[i] = m[i]*b2 + g*(1-b2)
			}
		},
	}
}
