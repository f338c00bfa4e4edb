package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("Adadelta", func() Optimizer { return NewAdadelta() }) }

// Adadelta (Zeiler 2012; keras/src/optimizers/adadelta.py).
type Adadelta struct {
	Common
	Rho     float64 `keras:"rho"`
	Epsilon float64 `keras:"epsilon"`
}

// NewAdadelta returns Adadelta with Keras' defaults.
func NewAdadelta() *Adadelta {
	return &Adadelta{Common: Defaults(0.001), Rho: 0.95, Epsilon: epsilon}
}

// Slots are averages of the squares of gradients and of changes.
func (o *Adadelta) Slots() []Group {
	return []Group{Slots("accumulated_grad", "accumulated_delta_var")}
}

// Power is the square.
func (o *Adadelta) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *Adadelta) Step(c *Call) {
	rho, eps := float32(o.Rho), float32(o.Epsilon)
	sums, deltas := c.Slots[0], c.Slots[1]
	for i, g := range c.Gradient {
		square := c.Square(i)
		sums[i] = rho*sums[i] + (1-rho)*square
		ratio := math32.Sqrt(deltas[i]+eps) / math32.Sqrt(sums[i]+eps)
		deltas[i] = rho*deltas[i] + (1-rho)*(ratio*ratio*square)
		c.Weights[i] -= c.Rate * ratio * g
	}
}
