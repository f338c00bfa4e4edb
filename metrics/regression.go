package metrics

import (
	"math"

	"github.com/kerasrun/kerasrun/losses"
)

func init() {
	registerMean("CosineSimilarity", func() Metric { return new(CosineSimilarity) })
	Register("RootMeanSquaredError", func() Metric { return new(RootMeanSquaredError) })
}

// CosineSimilarity is the cosine of the angle between y and p; the loss's sign is
// the other one.
type CosineSimilarity struct{ Common }

// Read builds the mean.
func (m *CosineSimilarity) Read(c *Call) Reading {
	return c.Average(c.Neg(c.loss(new(losses.CosineSimilarity))))
}

// RootMeanSquaredError is the root of the mean of (y - p)² over the epoch.
type RootMeanSquaredError struct{ Common }

// Read builds the mean.
func (m *RootMeanSquaredError) Read(c *Call) Reading {
	r := c.Average(c.Square(c.Sub(c.P, c.Y)))
	mean := r.Result
	r.Result = func(t []float64) float64 {
		if mean == nil {
			return math.Sqrt(t[0])
		}
		return math.Sqrt(mean(t))
	}
	return r
}
