package train

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// RMSprop (Hinton's lecture 6e; keras/src/optimizers/rmsprop.py): epsilon stands
// inside the root.
func init() {
	rules["RMSprop"] = rule{
		defaults: Optimizer{LearningRate: 0.001, Rho: 0.9, Epsilon: epsilon},
		slots: func(o *Optimizer, _ int) []slotGroup {
			groups := []slotGroup{{"velocity"}}
			if o.Momentum > 0 {
				groups = append(groups, slotGroup{"momentum"})
			}
			if o.Centered {
				groups = append(groups, slotGroup{"average_gradient"})
			}
			return groups
		},
		step:  rmspropStep,
		power: square,
	}
}

func rmspropStep(o *Optimizer, w []float32, g *gradient, s [][]float32, lr float32, _ int64) {
	rho, eps := float32(o.Rho), float32(o.Epsilon)
	if o.Momentum <= 0 && !o.Centered && g.power == nil {
		kernel.RMSpropStep(w, s[0], g.dense, lr, rho, eps)
		return
	}
	v, mu := s[0], float32(o.Momentum)
	var mom, avg []float32
	if o.Momentum > 0 {
		mom = s[1]
	}
	if o.Centered {
		avg = s[len(s)-1]
	}
	for i, x := range g.dense {
		v[i] = rho*v[i] + (1-rho)*g.square(i)
		d := v[i] + eps
		if avg != nil {
			avg[i] = rho*avg[i] + (1-rho)*x
			d = v[i] - avg[i]*avg[i] + eps
		}
		step := lr * x / float32(math.Sqrt(float64(d)))
		if mom != nil {
			mom[i] = mu*mom[i] + step
			step = mom[i]
		}
		w[i] -= step
	}
}
