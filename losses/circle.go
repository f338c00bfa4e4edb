package losses

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("Circle", func() Loss { return &Circle{Gamma: 80, Margin: 0.4, RemoveDiagonal: true} })
	Register("CategoricalGeneralizedCrossEntropy", func() Loss { return &CategoricalGeneralizedCrossEntropy{Q: 0.5} })
}

// Circle compares normalized embeddings of the batch with each other: those of one
// class, whose numbers the targets are, shall be near (Sun et al. 2020). Rows whose
// loss is 0 do not count in the mean.
type Circle struct {
	Common
	Gamma          float64 `keras:"gamma"`
	Margin         float64 `keras:"margin"`
	RemoveDiagonal bool    `keras:"remove_diagonal"` // a row is not compared with itself
}

// Samples builds softplus(logsumexp over the same class + logsumexp over others).
func (l *Circle) Samples(c *Call) *runtime.Value {
	zero, one := c.Scalar(0), c.Scalar(1)
	m, gamma := float32(l.Margin), c.Scalar(float32(l.Gamma))
	distance := c.Maximum(c.Sub(one, c.MatMulT(c.P, c.P, false, true)), zero)
	label := c.Reshape(c.Cast(c.Targets, runtime.Int32), runtime.Infer, 1)
	same := c.Equal(label, c.Transpose(label, 1, 0))
	other := c.Not(same)
	if l.RemoveDiagonal {
		same = c.And(same, c.NotEqual(c.Iota(distance, 0), c.Iota(distance, 1)))
	}
	near := c.Mul(c.Add(c.Scalar(m), distance), c.Sub(c.Scalar(m), distance))
	far := c.Mul(c.Maximum(c.Sub(c.Scalar(1+m), distance), zero), c.Sub(c.Scalar(1-m), distance))
	loss := c.Softplus(c.Add(
		c.logSumExp(c.Select(same, c.Neg(c.Mul(gamma, near)), c.Scalar(never))),
		c.logSumExp(c.Select(other, c.Mul(gamma, far), c.Scalar(never)))))
	c.Valid = c.Greater(loss, zero)
	return loss
}

// never is the logarithm of what cannot be: small enough to vanish in any sum, and
// finite, for the gradient.
const never = -1e30

// logSumExp is the logarithm of the sum of exp(v) over the last axis.
func (c *Call) logSumExp(v *runtime.Value) *runtime.Value { return logSumExp(c.Builder, v) }

func logSumExp(b *runtime.Builder, v *runtime.Value) *runtime.Value {
	top := b.StopGradient(b.Max(v, []int{-1}, true))
	return b.Add(b.Log(b.Sum(b.Exp(b.Sub(v, top)), []int{-1}, false)), b.Squeeze(top, -1))
}

// CategoricalGeneralizedCrossEntropy is (1 - p^q) / q, p being what is predicted for
// the class whose number the target is (Zhang and Sabuncu 2018).
type CategoricalGeneralizedCrossEntropy struct {
	Common
	Q float64 `keras:"q"`
}

// Validate refuses what Keras does.
func (l *CategoricalGeneralizedCrossEntropy) Validate(d *layers.Decoder) {
	if !(l.Q > 0 && l.Q < 1) {
		d.Broken("q must be between 0 and 1, received %g", l.Q)
	}
}

// Samples builds the loss of each sample. With targets of shape (batch, 1) Keras
// 3.15 broadcasts: it has each row's class meet the predictions of every row.
func (l *CategoricalGeneralizedCrossEntropy) Samples(c *Call) *runtime.Value {
	class := c.OneHot(c.Cast(c.Targets, runtime.Int32), c.P.Shape[c.P.Rank()-1])
	p := c.Sum(c.Mul(c.P, class), []int{-1}, false)
	q := float32(l.Q)
	return c.Div(c.Sub(c.Scalar(1), c.Pow(p, c.Scalar(q))), c.Scalar(q))
}
