package optimizers

import "github.com/kerasrun/kerasrun/internal/math32"

func init() { Register("Ftrl", func() Optimizer { return NewFtrl() }) }

// Ftrl, follow the regularized leader (McMahan et al. 2013;
// keras/src/optimizers/ftrl.py).
type Ftrl struct {
	Common
	LearningRatePower  float64 `keras:"learning_rate_power"`
	InitialAccumulator float64 `keras:"initial_accumulator_value"`
	L1                 float64 `keras:"l1_regularization_strength"`
	L2                 float64 `keras:"l2_regularization_strength"`
	L2Shrinkage        float64 `keras:"l2_shrinkage_regularization_strength"`
	Beta               float64 `keras:"beta"`
}

// NewFtrl returns Ftrl with Keras' defaults.
func NewFtrl() *Ftrl {
	return &Ftrl{Common: Defaults(0.001), LearningRatePower: -0.5, InitialAccumulator: 0.1}
}

// Slots are the sum of squares and the linear term.
func (o *Ftrl) Slots() []Group {
	return []Group{{{Name: "accumulator", Initial: o.InitialAccumulator}, {Name: "linear"}}}
}

// Power is the square.
func (o *Ftrl) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *Ftrl) Step(c *Call) {
	power, l1 := float32(-o.LearningRatePower), float32(o.L1)
	l2 := float32(o.L2) + float32(o.Beta)/(2*c.Rate)
	sums, linear := c.Slots[0], c.Slots[1]
	for i, g := range c.Gradient {
		w := c.Weights[i]
		sum := sums[i] + c.Square(i)
		root := math32.Pow(sum, power)
		linear[i] += g + 2*float32(o.L2Shrinkage)*w - (root-math32.Pow(sums[i], power))/c.Rate*w
		c.Weights[i] = (min(max(linear[i], -l1), l1) - linear[i]) / (root/c.Rate + 2*l2)
		sums[i] = sum
	}
}
