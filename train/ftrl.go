package train

// Ftrl, follow the regularized leader (McMahan et al. 2013;
// keras/src/optimizers/ftrl.py).
func init() {
	rules["Ftrl"] = rule{
		defaults: Optimizer{LearningRate: 0.001, LearningRatePower: -0.5, InitialAccumulator: 0.1},
		options:  []string{"learning_rate_power", "initial_accumulator_value", "l1_regularization_strength", "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta"},
		slots: func(o *Optimizer, _ int) []slotGroup {
			return []slotGroup{{{name: "accumulator", initial: o.InitialAccumulator}, {name: "linear"}}}
		},
		power: square,
		step: func(c *stepCall) {
			power, l1 := float32(-c.LearningRatePower), float32(c.L1)
			l2 := float32(c.L2) + float32(c.Beta)/(2*c.rate)
			sums, linear := c.slots[0], c.slots[1]
			for i, g := range c.dense {
				w := c.w[i]
				sum := sums[i] + c.square(i)
				root := pow32(sum, power)
				linear[i] += g + 2*float32(c.L2Shrinkage)*w - (root-pow32(sums[i], power))/c.rate*w
				c.w[i] = (min(max(linear[i], -l1), l1) - linear[i]) / (root/c.rate + 2*l2)
				sums[i] = sum
			}
		},
	}
}
