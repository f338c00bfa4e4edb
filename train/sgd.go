package train

import "github.com/kerasrun/kerasrun/internal/kernel"

// SGD, with momentum and Nesterov's form of it (keras/src/optimizers/sgd.py).
func init() {
	rules["SGD"] = rule{
		defaults: Optimizer{LearningRate: 0.01},
		slots: func(o *Optimizer, era int) []slotGroup {
			switch {
			case era == 2: // Keras 2 keeps one even when it is not used
				return []slotGroup{{"m"}}
			case o.Momentum != 0:
				return []slotGroup{{"momentum"}}
			}
			return nil
		},
		step: func(o *Optimizer, w []float32, g *gradient, s [][]float32, lr float32, _ int64) {
			if o.Momentum == 0 {
				kernel.SGDStep(w, g.dense, lr)
				return
			}
			kernel.MomentumStep(w, s[0], g.dense, lr, float32(o.Momentum), o.Nesterov)
		},
	}
}
