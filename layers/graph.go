package layers

import "github.com/kerasrun/kerasrun/runtime"

// L2Normalize divides by the norm along the axes, which counts as least at the
// lowest (keras/src/ops/nn.py, normalize).
func (c *Call) L2Normalize(x *runtime.Value, axes []int, least float32) *runtime.Value {
	inverse := c.Rsqrt(c.Sum(c.Square(x), axes, true))
	return c.Mul(x, c.Minimum(inverse, c.Scalar(1/least)))
}

// MoveAxis puts an axis in another place; the others keep their order.
func (c *Call) MoveAxis(x *runtime.Value, from, to int) *runtime.Value {
	if from == to {
		return x
	}
	var perm []int
	for a := range x.Rank() {
		if a != from {
			perm = append(perm, a)
		}
	}
	perm = append(perm[:to], append([]int{from}, perm[to:]...)...)
	return c.Transpose(x, perm...)
}

// Flat makes a vector of a weight; nil stays nil.
func (c *Call) Flat(v *runtime.Value) *runtime.Value {
	if v == nil || v.Rank() == 1 {
		return v
	}
	return c.Reshape(v, runtime.Infer)
}

// Indicate adds an axis of the given size on which an index is 1 and the rest 0.
func (c *Call) Indicate(index *runtime.Value, depth int) *runtime.Value {
	wide := c.Tile(c.ExpandDims(index, -1), -1, depth)
	return c.Cast(c.Equal(wide, c.Iota(wide, -1)), runtime.Float32)
}

// AnyOf folds booleans by or.
func (c *Call) AnyOf(x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return c.Cast(c.Max(c.Cast(x, runtime.Float32), axes, keep), runtime.Bool)
}

// AllOf folds booleans by and.
func (c *Call) AllOf(x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return c.Cast(c.Min(c.Cast(x, runtime.Float32), axes, keep), runtime.Bool)
}
