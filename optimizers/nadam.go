package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("Nadam", func() Optimizer { return NewNadam() }) }

// Nadam, Adam with Nesterov's momentum (Dozat 2015;
// keras/src/optimizers/nadam.py).
type Nadam struct {
	Common
	Beta1   float64 `keras:"beta_1"`
	Beta2   float64 `keras:"beta_2"`
	Epsilon float64 `keras:"epsilon"`

	// ScheduleDecay slows the schedule of beta_1 in Keras up to 2.10 and its legacy
	// optimizer; nil is the schedule of today's. Keras 3 has no option for it.
	ScheduleDecay *float64
}

// NewNadam returns Nadam with Keras' defaults.
func NewNadam() *Nadam {
	return &Nadam{Common: Defaults(0.001), Beta1: 0.9, Beta2: 0.999, Epsilon: epsilon}
}

// Slots are the moments and the product of the momentum schedule, which Keras 3
// saves last and Keras 2 does not save: there it begins at 1 again.
func (o *Nadam) Slots() []Group {
	return []Group{Slots("momentum", "velocity").InKeras2("m", "v"),
		{{Name: "u_product", Initial: 1, Single: true, Keras2: Keras2{Unsaved: true}}}}
}

// Power is the square.
func (o *Nadam) Power(g float32) float32 { return g * g }

// Begin goes on with the product of momenta.
func (o *Nadam) Begin(c *Call) {
	if !o.multipliesEach(c) {
		c.Single[0][0] *= o.momentum(c.Iteration)
	}
}

// multipliesEach tells whether each variable's step goes on with the product, as
// in Keras 2.11 to 2.15: what is to keep all but the first from it is a number of
// Python's, which stays in the graph as it was when that was traced
// (2.15 optimizers/nadam.py, _u_product_counter).
func (o *Nadam) multipliesEach(c *Call) bool { return c.Keras2 && o.ScheduleDecay == nil }

// Step changes one variable.
func (o *Nadam) Step(c *Call) {
	b1, b2, eps := float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon)
	now, next := o.momentum(c.Iteration), o.momentum(c.Iteration+1)
	if o.multipliesEach(c) && int64(c.Variable) != c.Iteration {
		c.Single[0][0] *= now
	}
	product := c.Single[0][0]
	ahead, here := next/(1-product*next), (1-now)/(1-product)
	correction := 1 - math32.Pow(b2, float32(c.Iteration))
	m, v := c.Slots[0], c.Slots[1]
	for i, g := range c.Gradient {
		m[i] += (g - m[i]) * (1 - b1)
		v[i] += (c.Square(i) - v[i]) * (1 - b2)
		c.Weights[i] -= (ahead*m[i] + here*g) * c.Rate / (math32.Sqrt(v[i]/correction) + eps)
	}
}

// momentum is Dozat's schedule of beta_1.
func (o *Nadam) momentum(t int64) float32 {
	x := float32(t)
	if o.ScheduleDecay != nil {
		x *= float32(*o.ScheduleDecay)
	}
	return float32(o.Beta1) * (1 - 0.5*math32.Pow(0.96, x))
}
