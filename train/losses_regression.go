package train

import (
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

// epsilon is keras.config.epsilon().
const epsilon = 1e-7

// The formulas are those of keras/src/losses/losses.py.
func init() {
	losses["mean_squared_error"] = func(c *lossCall) *runtime.Value {
		return c.last(c.Square(c.Sub(c.y, c.p)))
	}
	losses["mean_absolute_error"] = func(c *lossCall) *runtime.Value {
		return c.last(c.Abs(c.Sub(c.y, c.p)))
	}
	losses["mean_absolute_percentage_error"] = func(c *lossCall) *runtime.Value {
		d := c.Abs(c.Div(c.Sub(c.y, c.p), c.Maximum(c.Abs(c.y), c.Scalar(epsilon))))
		return c.Mul(c.Scalar(100), c.last(d))
	}
	losses["mean_squared_logarithmic_error"] = func(c *lossCall) *runtime.Value {
		log := func(v *runtime.Value) *runtime.Value {
			return c.Log(c.Add(c.Maximum(v, c.Scalar(epsilon)), c.Scalar(1)))
		}
		return c.last(c.Square(c.Sub(log(c.p), log(c.y))))
	}
	losses["huber"] = func(c *lossCall) *runtime.Value {
		delta := c.Delta
		if delta == 0 {
			delta = 1
		}
		e := c.Sub(c.p, c.y)
		a := c.Abs(e)
		near := c.Mul(c.Scalar(0.5), c.Square(e))
		far := c.Sub(c.Mul(c.Scalar(float32(delta)), a), c.Scalar(float32(0.5*delta*delta)))
		return c.last(c.Select(c.LessEqual(a, c.Scalar(float32(delta))), near, far))
	}
	losses["log_cosh"] = func(c *lossCall) *runtime.Value {
		x := c.Sub(c.p, c.y)
		return c.last(c.Sub(c.Add(x, c.Softplus(c.Mul(x, c.Scalar(-2)))), c.Scalar(math.Ln2)))
	}
	losses["poisson"] = func(c *lossCall) *runtime.Value {
		return c.last(c.Sub(c.p, c.Mul(c.y, c.Log(c.Add(c.p, c.Scalar(epsilon))))))
	}
	losses["kl_divergence"] = func(c *lossCall) *runtime.Value {
		y, p := c.ClipByValue(c.y, epsilon, 1), c.ClipByValue(c.p, epsilon, 1)
		return c.Sum(c.Mul(y, c.Log(c.Div(y, p))), []int{-1}, false)
	}
	losses["cosine_similarity"] = func(c *lossCall) *runtime.Value {
		unit := func(v *runtime.Value) *runtime.Value {
			n := c.Maximum(c.Sum(c.Square(v), []int{-1}, true), c.Scalar(1e-12))
			return c.Mul(v, c.Rsqrt(n))
		}
		return c.Neg(c.Sum(c.Mul(unit(c.y), unit(c.p)), []int{-1}, false))
	}
}

// last is the mean over the last axis.
func (c *lossCall) last(v *runtime.Value) *runtime.Value { return c.Mean(v, []int{-1}, false) }
