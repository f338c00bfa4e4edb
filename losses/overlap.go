package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("Dice", func() Loss { return new(Dice) })
	Register("Tversky", func() Loss { return &Tversky{Alpha: 0.5, Beta: 0.5} })
}

// Dice is 1 - 2·Σ(y·p) / (Σy + Σp): one number for the whole batch.
type Dice struct{ Common }

// Samples builds the loss of the batch, of rank 0.
func (l *Dice) Samples(c *Call) *runtime.Value {
	both := c.all(c.Mul(c.Y, c.P))
	size := c.Add(c.Add(c.all(c.Y), c.all(c.P)), c.Scalar(epsilon))
	return c.Sub(c.Scalar(1), c.Div(c.Mul(c.Scalar(2), both), size))
}

// Configure writes the axis: all of them.
func (l *Dice) Configure(config map[string]any) { config["axis"] = nil }

// Tversky is Dice that weighs what is missed by Alpha and what is predicted in vain
// by Beta: 1 - Σ(y·p) / (Σ(y·p) + alpha·Σ(y·(1-p)) + beta·Σ((1-y)·p)).
type Tversky struct {
	Common
	Alpha float64 `keras:"alpha"`
	Beta  float64 `keras:"beta"`
}

// Samples builds the loss of the batch, of rank 0.
func (l *Tversky) Samples(c *Call) *runtime.Value {
	one := c.Scalar(1)
	both := c.all(c.Mul(c.Y, c.P))
	missed := c.Mul(c.all(c.Mul(c.Sub(one, c.P), c.Y)), c.Scalar(float32(l.Alpha)))
	vain := c.Mul(c.all(c.Mul(c.P, c.Sub(one, c.Y))), c.Scalar(float32(l.Beta)))
	size := c.Add(c.Add(c.Add(both, missed), vain), c.Scalar(epsilon))
	return c.Sub(one, c.Div(both, size))
}

// Configure writes the axis: all of them.
func (l *Tversky) Configure(config map[string]any) { config["axis"] = nil }

// all is the sum of everything.
func (c *Call) all(v *runtime.Value) *runtime.Value { return c.Sum(v, nil, false) }
