package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("Dice", func() Loss { return new(Dice) })
	Register("Tversky", func() Loss { return &Tversky{Alpha: 0.5, Beta: 0.5} })
}

// Axes are those that Dice and Tversky sum up; nil is all, which makes one number
// for the whole batch.
type Axes struct {
	Axis []int `keras:"axis"`
}

// sum is that over the axes.
func (a Axes) sum(c *Call, v *runtime.Value) *runtime.Value { return c.Sum(v, a.Axis, false) }

// Dice is 1 - 2·Σ(y·p) / (Σy + Σp).
type Dice struct {
	Common
	Axes
}

// Samples builds the loss of what is left of the axes.
func (l *Dice) Samples(c *Call) *runtime.Value {
	both := l.sum(c, c.Mul(c.Y, c.P))
	size := c.Add(c.Add(l.sum(c, c.Y), l.sum(c, c.P)), c.Scalar(epsilon))
	return c.Sub(c.Scalar(1), c.Div(c.Mul(c.Scalar(2), both), size))
}

// Configure writes the axes, null for all.
func (a *Axes) Configure(config map[string]any) {
	if a.Axis == nil {
		config["axis"] = nil
	}
}

// Tversky is Dice that weighs what is missed by Alpha and what is predicted in vain
// by Beta: 1 - Σ(y·p) / (Σ(y·p) + alpha·Σ(y·(1-p)) + beta·Σ((1-y)·p)).
type Tversky struct {
	Common
	Axes
	Alpha float64 `keras:"alpha"`
	Beta  float64 `keras:"beta"`
}

// Samples builds the loss of what is left of the axes.
func (l *Tversky) Samples(c *Call) *runtime.Value {
	one := c.Scalar(1)
	both := l.sum(c, c.Mul(c.Y, c.P))
	missed := c.Mul(l.sum(c, c.Mul(c.Sub(one, c.P), c.Y)), c.Scalar(float32(l.Alpha)))
	vain := c.Mul(l.sum(c, c.Mul(c.P, c.Sub(one, c.Y))), c.Scalar(float32(l.Beta)))
	size := c.Add(c.Add(c.Add(both, missed), vain), c.Scalar(epsilon))
	return c.Sub(one, c.Div(both, size))
}
