package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("Adagrad", func() Optimizer { return NewAdagrad() }) }

// Adagrad (Duchi et al. 2011; keras/src/optimizers/adagrad.py).
type Adagrad struct {
	Common
	InitialAccumulator float64 `keras:"initial_accumulator_value"`
	Epsilon            float64 `keras:"epsilon"`
}

// NewAdagrad returns Adagrad with Keras' defaults.
func NewAdagrad() *Adagrad {
	return &Adagrad{Common: Defaults(0.001), InitialAccumulator: 0.1, Epsilon: epsilon}
}

// Slots is the sum of squares.
func (o *Adagrad) Slots() []Group {
	return []Group{{{Name: "accumulator", Initial: o.InitialAccumulator}}}
}

// Power is the square.
func (o *Adagrad) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *Adagrad) Step(c *Call) {
	eps, sums := float32(o.Epsilon), c.Slots[0]
	for i, g := range c.Gradient {
		sums[i] += c.Square(i)
		c.Weights[i] -= c.Rate * g / math32.Sqrt(sums[i]+eps)
	}
}
