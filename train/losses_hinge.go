package train

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	losses["hinge"] = func(c *lossCall) *runtime.Value { return c.last(c.hinge()) }
	losses["squared_hinge"] = func(c *lossCall) *runtime.Value { return c.last(c.Square(c.hinge())) }
	losses["categorical_hinge"] = func(c *lossCall) *runtime.Value {
		pos := c.Sum(c.Mul(c.y, c.p), []int{-1}, false)
		neg := c.Max(c.Mul(c.Sub(c.Scalar(1), c.y), c.p), []int{-1}, false)
		return c.Maximum(c.Add(c.Sub(neg, pos), c.Scalar(1)), c.Scalar(0))
	}
}

// hinge is max(1 - y·p, 0), with targets 0 read as -1 when they are all 0 or 1.
func (c *lossCall) hinge() *runtime.Value {
	one, zero := c.Scalar(1), c.Scalar(0)
	bit := c.Or(c.Equal(c.y, zero), c.Equal(c.y, one))
	binary := c.Greater(c.Min(c.Select(bit, one, zero), nil, false), c.Scalar(0.5))
	y := c.Select(binary, c.Sub(c.Mul(c.Scalar(2), c.y), one), c.y)
	return c.Maximum(c.Sub(one, c.Mul(y, c.p)), zero)
}
