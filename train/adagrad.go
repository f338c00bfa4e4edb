package train

// Adagrad (Duchi et al. 2011; keras/src/optimizers/adagrad.py).
func init() {
	rules["Adagrad"] = rule{
		defaults: Optimizer{LearningRate: 0.001, InitialAccumulator: 0.1, Epsilon: epsilon},
		options:  []string{"initial_accumulator_value", "epsilon"},
		slots: func(o *Optimizer, _ int) []slotGroup {
			return []slotGroup{{{name: "accumulator", initial: o.InitialAccumulator}}}
		},
		power: square,
		step: func(c *stepCall) {
			eps, sums := float32(c.Epsilon), c.slots[0]
			for i, g := range c.dense {
				sums[i] += c.square(i)
				c.w[i] -= c.rate * g / sqrt32(sums[i]+eps)
			}
		},
	}
}
