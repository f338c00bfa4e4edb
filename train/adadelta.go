package train

import "math"

// Adadelta (Zeiler 2012; keras/src/optimizers/adadelta.py).
func init() {
	rules["Adadelta"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Rho: 0.95, Epsilon: epsilon},
		options:  []string{"rho", "epsilon"},
		slots: func(*Optimizer, int) []slotGroup {
			return []slotGroup{kinds("accumulated_grad", "accumulated_delta_var")}
		},
		power: square,
		step: func(c *stepCall) {
			rho, eps := float32(c.Rho), float32(c.Epsilon)
			sums, deltas := c.slots[0], c.slots[1]
			for i, g := range c.dense {
				square := c.square(i)
				sums[i] = rho*sums[i] + (1-rho)*square
				ratio := sqrt32(deltas[i]+eps) / sqrt32(sums[i]+eps)
				deltas[i] = rho*deltas[i] + (1-rho)*(ratio*ratio*square)
				c.w[i] -= c.rate * ratio * g
			}
		},
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func pow32(x, y float32) float32 { return float32(math.Pow(float64(x), float64(y))) }
