package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("Hinge", func() Loss { return new(Hinge) })
	Register("SquaredHinge", func() Loss { return new(SquaredHinge) })
	Register("CategoricalHinge", func() Loss { return new(CategoricalHinge) })
}

// Hinge is the mean of max(1 - y·p, 0), y being -1 or 1.
type Hinge struct{ Common }

// Samples builds the loss of each sample.
func (l *Hinge) Samples(c *Call) *runtime.Value { return c.last(c.hinge()) }

// SquaredHinge is the mean of max(1 - y·p, 0)².
type SquaredHinge struct{ Common }

// Samples builds the loss of each sample.
func (l *SquaredHinge) Samples(c *Call) *runtime.Value { return c.last(c.Square(c.hinge())) }

// CategoricalHinge is max(1 + the greatest p of another class - p of the class, 0).
type CategoricalHinge struct{ Common }

// Samples builds the loss of each sample.
func (l *CategoricalHinge) Samples(c *Call) *runtime.Value {
	pos := c.Sum(c.Mul(c.Y, c.P), []int{-1}, false)
	neg := c.Max(c.Mul(c.Sub(c.Scalar(1), c.Y), c.P), []int{-1}, false)
	return c.Maximum(c.Add(c.Sub(neg, pos), c.Scalar(1)), c.Scalar(0))
}

// hinge is max(1 - y·p, 0), with targets 0 read as -1 when they are all 0 or 1.
func (c *Call) hinge() *runtime.Value {
	one, zero := c.Scalar(1), c.Scalar(0)
	bit := c.Or(c.Equal(c.Y, zero), c.Equal(c.Y, one))
	binary := c.Greater(c.Min(c.Select(bit, one, zero), nil, false), c.Scalar(0.5))
	y := c.Select(binary, c.Sub(c.Mul(c.Scalar(2), c.Y), one), c.Y)
	return c.Maximum(c.Sub(one, c.Mul(y, c.P)), zero)
}
