package optimizers

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/math32"
)

func init() { Register("Lamb", func() Optimizer { return NewLamb() }) }

// Lamb is Adam whose step for each variable is as long as the variable's norm
// says (You et al. 2019; keras/src/optimizers/lamb.py).
type Lamb struct {
	Common
	Beta1   float64 `keras:"beta_1"`
	Beta2   float64 `keras:"beta_2"`
	Epsilon float64 `keras:"epsilon"`
}

// NewLamb returns Lamb with Keras' defaults.
func NewLamb() *Lamb {
	return &Lamb{Common: Defaults(0.001), Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon}
}

// Slots are the moments.
func (o *Lamb) Slots() []Group { return []Group{Slots("momentum", "velocity")} }

// Power is the square.
func (o *Lamb) Power(g float32) float32 { return g * g }

// Step changes one variable. The update is computed twice, so that no memory is
// taken for it.
func (o *Lamb) Step(c *Call) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	t := float32(c.Iteration)
	first, second := 1-math32.Pow(b1, t), 1-math32.Pow(b2, t)
	m, v := c.Slots[0], c.Slots[1]
	update := func(i int) float32 { return m[i] / first / (math32.Sqrt(v[i]/second) + eps) }
	var weights, updates float64
	for i, g := range c.Gradient {
		m[i] += (g - m[i]) * (1 - b1)
		v[i] += (c.Square(i) - v[i]) * (1 - b2)
		u, w := float64(update(i)), float64(c.Weights[i])
		weights, updates = weights+w*w, updates+u*u
	}
	ratio := float32(1)
	if weights > 0 && updates > 0 {
		ratio = float32(math.Sqrt(weights) / math.Sqrt(updates))
	}
	for i := range c.Weights {
		c.Weights[i] -= ratio * c.Rate * update(i)
	}
}
