package optimizers

func init() { Register("Lion", func() Optimizer { return NewLion() }) }

// Lion (Chen et al. 2023; keras/src/optimizers/lion.py): steps of one size in
// the direction of the momentum's sign.
type Lion struct {
	Common
	Beta1 float64 `keras:"beta_1"`
	Beta2 float64 `keras:"beta_2"`
}

// NewLion returns Lion with Keras' defaults.
func NewLion() *Lion { return &Lion{Common: Defaults(0.001), Beta1: 0.9, Beta2: 0.99} }

// Slots is the momentum.
func (o *Lion) Slots() []Group { return []Group{Slots("momentum").InKeras2("m")} }

// Step changes one variable.
func (o *Lion) Step(c *Call) {
	b1, b2, m := float32(o.Beta1), float32(o.Beta2), c.Slots[0]
	for i, g := range c.Gradient {
		switch d := m[i]*b1 + g*(1-b1); {
		case d > 0:
			c.Weights[i] -= c.Rate
		case d < 0:
			c.Weights[i] += c.Rate
		}
		m[i] = m[i]*b2 + g*(1-b2)
	}
}
