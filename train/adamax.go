package train

import "math"

// Adamax, Adam with the infinity norm (Kingma and Ba 2014, section 7.1;
// keras/src/optimizers/adamax.py).
func init() {
	rules["Adamax"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon},
		options:  []string{"beta_1", "beta_2", "epsilon"},
		slots: func(_ *Optimizer, era int) []slotGroup {
			if era == 2 {
				return []slotGroup{kinds("m", "u")}
			}
			return []slotGroup{kinds("momentum", "norm")}
		},
		power: abs32,
		step: func(c *stepCall) {
			b1, b2, eps := float32(c.Beta1), float32(c.Beta2), float32(c.Epsilon)
			correction := 1 - pow32(b1, float32(c.t))
			m, u := c.slots[0], c.slots[1]
			for i, g := range c.dense {
				size := abs32(g)
				if c.power != nil {
					size = c.power[i]
				}
				m[i] += (g - m[i]) * (1 - b1)
				u[i] = max(b2*u[i], size)
				c.w[i] -= c.rate * m[i] / (correction * (u[i] + eps))
			}
		},
	}
}

func abs32(x float32) float32 { return float32(math.Abs(float64(x))) }
