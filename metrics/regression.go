package metrics

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	registerMean("CosineSimilarity", func() Metric { return new(CosineSimilarity) })
	registerMean("PearsonCorrelation", func() Metric { return new(PearsonCorrelation) })
	registerMean("ConcordanceCorrelation", func() Metric { return new(ConcordanceCorrelation) })
	Register("R2Score", func() Metric { return &R2Score{ClassAggregation: "uniform_average"} })
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
	r.Result = one(func(t []float64) float64 {
		if mean != nil {
			t = mean(t)
		}
		return math.Sqrt(t[0])
	})
	return r
}

// PearsonCorrelation is that of the elements of the last axis
// (keras/src/metrics/correlation_metrics.py).
type PearsonCorrelation struct{ Common }

// Read builds the mean.
func (m *PearsonCorrelation) Read(c *Call) Reading {
	unit := func(v *runtime.Value) *runtime.Value {
		v = c.Sub(v, c.Mean(v, []int{-1}, true))
		return c.Div(v, c.Sqrt(c.variance(v)))
	}
	return c.Average(c.Mean(c.Mul(unit(c.Y), unit(c.P)), []int{-1}, false))
}

// ConcordanceCorrelation is Keras' concordance of the elements of the last axis,
// whose covariance takes both distances from the mean of the predictions.
type ConcordanceCorrelation struct{ Common }

// Read builds the mean.
func (m *ConcordanceCorrelation) Read(c *Call) Reading {
	my, mp := c.Mean(c.Y, []int{-1}, true), c.Mean(c.P, []int{-1}, true)
	y, p := c.variance(c.Sub(c.Y, my)), c.variance(c.Sub(c.P, mp))
	both := c.Mul(c.Sub(c.Y, mp), c.Sub(c.P, mp))
	norm := c.Add(c.Add(y, p), c.Square(c.Sub(my, mp)))
	return c.Average(c.Mean(c.Div(c.Mul(c.Scalar(2), both), c.Add(norm, c.Scalar(epsilon))), []int{-1}, false))
}

// variance is that of the last axis, kept as an axis of size 1.
func (c *Call) variance(v *runtime.Value) *runtime.Value {
	return c.Mean(c.Square(c.Sub(v, c.Mean(v, []int{-1}, true))), []int{-1}, true)
}

// R2Score is the coefficient of determination over the epoch
// (keras/src/metrics/regression_metrics.py).
type R2Score struct {
	Common
	// ClassAggregation joins the scores of the outputs: "uniform_average",
	// "variance_weighted_average"; "" reports each.
	ClassAggregation string `keras:"class_aggregation"`
	NumRegressors    int    `keras:"num_regressors"` // of the adjusted score; 0 is the plain one
}

// Validate refuses what no score can be made with.
func (m *R2Score) Validate(d *layers.Decoder) {
	if a := m.ClassAggregation; a != "" && a != "uniform_average" && a != "variance_weighted_average" {
		d.Broken("class_aggregation=%s", a)
	}
	if m.NumRegressors < 0 {
		d.Broken("num_regressors must be >= 0, received %d", m.NumRegressors)
	}
}

func (m *R2Score) null(config map[string]any) {
	if v, given := config["class_aggregation"]; given && v == nil {
		m.ClassAggregation = ""
	}
}

// Configure writes that the scores are not joined.
func (m *R2Score) Configure(config map[string]any) {
	if m.ClassAggregation == "" {
		config["class_aggregation"] = nil
	}
}

// Read builds, for each output, the sums of y², y, (y - p)² and the weights, and
// the number of targets.
func (m *R2Score) Read(c *Call) Reading {
	if err := c.wantRank2("R2Score"); err != nil {
		return Reading{Value: err}
	}
	one := c.Add(c.ZerosLike(c.Y), c.Scalar(1))
	weight := one
	if c.Weight != nil {
		weight = c.BroadcastTo(c.expand(c.Weight, 2), c.Y)
	}
	rows := func(v *runtime.Value) *runtime.Value { return c.Sum(v, []int{0}, false) }
	weighted := c.Mul(c.Y, weight)
	sums := c.Concat(0, rows(c.Mul(c.Y, weighted)), rows(weighted), rows(c.Mul(c.Square(c.Sub(c.Y, c.P)), weight)), rows(weight), rows(one))
	return Reading{Value: sums, Result: m.result}
}

func (m *R2Score) result(t []float64) []float64 {
	n := len(t) / 5
	scores, samples := make([]float64, n), 0.0
	var weighted, weights, plain float64
	for k := range scores {
		square, sum, residual, count := t[k], t[n+k], t[2*n+k], t[3*n+k]
		total := square - sum*sum/count
		if scores[k] = 1 - residual/total; math.IsInf(scores[k], 0) {
			scores[k] = 0
		}
		samples += t[4*n+k]
		weighted, weights, plain = weighted+total*scores[k], weights+total, plain+scores[k]
	}
	switch m.ClassAggregation {
	case "uniform_average":
		scores = []float64{plain / float64(n)}
	case "variance_weighted_average":
		scores = []float64{weighted / weights}
	}
	if p := float64(m.NumRegressors); p > 0 && p < samples-1 {
		for k, r := range scores {
			scores[k] = 1 - (1-r)*(samples-1)/(samples-p-1)
		}
	}
	return scores
}

// wantRank2 refuses predictions and targets that are not (batch, outputs).
func (c *Call) wantRank2(metric string) *runtime.Value {
	if c.Y.Rank() == 2 && c.P.Rank() == 2 {
		return nil
	}
	return c.Fail(&runtime.ShapeError{What: metric, Wanted: "targets and predictions of rank 2", Received: fmt.Sprintf("%v and %v", c.Y.Shape, c.P.Shape)})
}
