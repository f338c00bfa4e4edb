package train

import "github.com/kerasrun/kerasrun/internal/kernel"

// SGD, with momentum and Nesterov's form of it (keras/src/optimizers/sgd.py).
func init() {
	rules["SGD"] = rule{
		defaults: Optimizer{LearningRate: 0.01},
		options:  []string{"momentum", "nesterov"},
		slots: func(o *Optimizer, era int) []slotGroup {
			switch {
			case era == 2: // Keras 2 keeps one even when it is not used
				return []slotGroup{kinds("m")}
			case o.Momentum != 0:
				return []slotGroup{kinds("momentum")}
			}
			return nil
		},
		step: func(c *stepCall) {
			if c.Momentum == 0 {
				kernel.SGDStep(c.w, c.dense, c.rate)
				return
			}
			kernel.MomentumStep(c.w, c.slots[0], c.dense, c.rate, float32(c.Momentum), c.Nesterov)
		},
	}
}
