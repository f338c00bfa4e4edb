package losses

import (
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("MeanSquaredError", func() Loss { return new(MeanSquaredError) }, "mse")
	Register("MeanAbsoluteError", func() Loss { return new(MeanAbsoluteError) }, "mae")
	Register("MeanAbsolutePercentageError", func() Loss { return new(MeanAbsolutePercentageError) }, "mape")
	Register("MeanSquaredLogarithmicError", func() Loss { return new(MeanSquaredLogarithmicError) }, "msle")
	Register("Huber", func() Loss { return &Huber{Delta: 1} })
	Register("LogCosh", func() Loss { return new(LogCosh) })
	Register("CosineSimilarity", func() Loss { return new(CosineSimilarity) }, "cosine_proximity")
}

// MeanSquaredError is the mean of (y - p)².
type MeanSquaredError struct{ Common }

// Samples builds the loss of each sample.
func (l *MeanSquaredError) Samples(c *Call) *runtime.Value {
	return c.last(c.Square(c.Sub(c.Y, c.P)))
}

// MeanAbsoluteError is the mean of |y - p|.
type MeanAbsoluteError struct{ Common }

// Samples builds the loss of each sample.
func (l *MeanAbsoluteError) Samples(c *Call) *runtime.Value { return c.last(c.Abs(c.Sub(c.Y, c.P))) }

// MeanAbsolutePercentageError is the mean of 100·|y - p| / |y|.
type MeanAbsolutePercentageError struct{ Common }

// Samples builds the loss of each sample.
func (l *MeanAbsolutePercentageError) Samples(c *Call) *runtime.Value {
	d := c.Abs(c.Div(c.Sub(c.Y, c.P), c.Maximum(c.Abs(c.Y), c.Scalar(epsilon))))
	return c.Mul(c.Scalar(100), c.last(d))
}

// MeanSquaredLogarithmicError is the mean of (log(1 + y) - log(1 + p))².
type MeanSquaredLogarithmicError struct{ Common }

// Samples builds the loss of each sample.
func (l *MeanSquaredLogarithmicError) Samples(c *Call) *runtime.Value {
	log := func(v *runtime.Value) *runtime.Value {
		return c.Log(c.Add(c.Maximum(v, c.Scalar(epsilon)), c.Scalar(1)))
	}
	return c.last(c.Square(c.Sub(log(c.P), log(c.Y))))
}

// Huber is quadratic where |y - p| <= delta and linear beyond.
type Huber struct {
	Common
	Delta float64 `keras:"delta"`
}

// Samples builds the loss of each sample.
func (l *Huber) Samples(c *Call) *runtime.Value {
	e := c.Sub(c.P, c.Y)
	a := c.Abs(e)
	near := c.Mul(c.Scalar(0.5), c.Square(e))
	far := c.Sub(c.Mul(c.Scalar(float32(l.Delta)), a), c.Scalar(float32(0.5*l.Delta*l.Delta)))
	return c.last(c.Select(c.LessEqual(a, c.Scalar(float32(l.Delta))), near, far))
}

// LogCosh is the mean of log(cosh(p - y)).
type LogCosh struct{ Common }

// Samples builds the loss of each sample.
func (l *LogCosh) Samples(c *Call) *runtime.Value {
	x := c.Sub(c.P, c.Y)
	return c.last(c.Sub(c.Add(x, c.Softplus(c.Mul(x, c.Scalar(-2)))), c.Scalar(math.Ln2)))
}

// CosineSimilarity is the negative cosine of the angle between y and p; that of
// Keras 1, cosine_proximity, is divided by the number of elements.
type CosineSimilarity struct{ Common }

// Samples builds the loss of each sample.
func (l *CosineSimilarity) Samples(c *Call) *runtime.Value {
	unit := func(v *runtime.Value) *runtime.Value {
		n := c.Maximum(c.Sum(c.Square(v), []int{-1}, true), c.Scalar(1e-12))
		return c.Mul(v, c.Rsqrt(n))
	}
	products := c.Mul(unit(c.Y), unit(c.P))
	if c.Rules == Keras1 {
		return c.Neg(c.last(products))
	}
	return c.Neg(c.Sum(products, []int{-1}, false))
}
