package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("Poisson", func() Loss { return new(Poisson) })
	Register("KLDivergence", func() Loss { return new(KLDivergence) }, "kld", "kullback_leibler_divergence")
}

// Poisson is the mean of p - y·log(p).
type Poisson struct{ Common }

// Samples builds the loss of each sample.
func (l *Poisson) Samples(c *Call) *runtime.Value {
	return c.last(c.Sub(c.P, c.Mul(c.Y, c.Log(c.Add(c.P, c.Scalar(epsilon))))))
}

// KLDivergence is the sum of y·log(y / p).
type KLDivergence struct{ Common }

// Samples builds the loss of each sample.
func (l *KLDivergence) Samples(c *Call) *runtime.Value {
	y, p := c.ClipByValue(c.Y, epsilon, 1), c.ClipByValue(c.P, epsilon, 1)
	return c.Sum(c.Mul(y, c.Log(c.Div(y, p))), []int{-1}, false)
}
