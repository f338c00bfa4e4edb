package train

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// Adam (Kingma and Ba 2014; keras/src/optimizers/adam.py). Epsilon is not
// corrected for bias; amsgrad keeps the maximum of the raw second moment.
func init() {
	adam := rule{
		defaults: Optimizer{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon},
		slots: func(o *Optimizer, era int) []slotGroup {
			names := slotGroup{"momentum", "velocity"}
			hat := "velocity_hat"
			if era == 2 {
				names, hat = slotGroup{"m", "v"}, "vhat"
			}
			if o.Amsgrad {
				return []slotGroup{names, {hat}}
			}
			return []slotGroup{names}
		},
		step:  adamStep,
		power: square,
	}
	rules["Adam"] = adam
	adam.defaults.WeightDecay = 0.004
	rules["AdamW"] = adam
}

func adamStep(o *Optimizer, w []float32, g *gradient, s [][]float32, lr float32, t int64) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	p1 := float32(math.Pow(float64(b1), float64(t)))
	p2 := float32(math.Pow(float64(b2), float64(t)))
	alpha := lr * float32(math.Sqrt(float64(1-p2))) / (1 - p1)
	m, v := s[0], s[1]
	if !o.Amsgrad && g.power == nil {
		kernel.AdamStep(w, m, v, g.dense, alpha, b1, b2, eps)
		return
	}
	for i, d := range g.dense {
		m[i] += (d - m[i]) * (1 - b1)
		v[i] += (g.square(i) - v[i]) * (1 - b2)
		root := v[i]
		if o.Amsgrad {
			hat := s[2]
			hat[i] = max(hat[i], v[i])
			root = hat[i]
		}
		w[i] -= m[i] * alpha / (float32(math.Sqrt(float64(root))) + eps)
	}
}
