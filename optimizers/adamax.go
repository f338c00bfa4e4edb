package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("Adamax", func() Optimizer { return NewAdamax() }) }

// Adamax, Adam with the infinity norm (Kingma and Ba 2014, section 7.1;
// keras/src/optimizers/adamax.py).
type Adamax struct {
	Common
	Beta1   float64 `keras:"beta_1"`
	Beta2   float64 `keras:"beta_2"`
	Epsilon float64 `keras:"epsilon"`
}

// NewAdamax returns Adamax with Keras' defaults.
func NewAdamax() *Adamax {
	return &Adamax{Common: Defaults(0.001), Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon}
}

// Slots are the first moment and the norm.
func (o *Adamax) Slots() []Group { return []Group{Slots("momentum", "norm").InKeras2("m", "u")} }

// Power is the absolute value.
func (o *Adamax) Power(g float32) float32 { return math32.Abs(g) }

// Step changes one variable.
func (o *Adamax) Step(c *Call) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	correction := 1 - math32.Pow(b1, float32(c.Iteration))
	m, u := c.Slots[0], c.Slots[1]
	for i, g := range c.Gradient {
		size := math32.Abs(g)
		if c.Power != nil {
			size = c.Power[i]
		}
		m[i] += (g - m[i]) * (1 - b1)
		u[i] = max(b2*u[i], size)
		c.Weights[i] -= c.Rate * m[i] / (correction * (u[i] + eps))
	}
}
