package train

import (
	"math"

	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// Metrics that are means over samples (keras/src/metrics/accuracy_metrics.py,
// regression_metrics.py).
func init() {
	metrics["binary_accuracy"] = metricKind{class: "BinaryAccuracy", function: true, options: []string{"threshold"}, build: func(c *metricCall) reading {
		above := c.Greater(c.p.Value, c.Scalar(float32(c.number("threshold", 0.5))))
		hard := c.Cast(above, runtime.Float32)
		return c.average(c.Mean(c.hit(c.Equal(losses.MatchRank(c.Builder, c.y, c.p.Value), hard)), []int{-1}, false))
	}}
	metrics["categorical_accuracy"] = metricKind{class: "CategoricalAccuracy", function: true, build: func(c *metricCall) reading {
		return c.average(c.hit(c.Equal(c.ArgMax(c.y), c.ArgMax(c.p.Value))))
	}}
	metrics["sparse_categorical_accuracy"] = metricKind{class: "SparseCategoricalAccuracy", function: true, build: func(c *metricCall) reading {
		return c.average(c.hit(c.Equal(c.classes(), c.ArgMax(c.p.Value))))
	}}
	metrics["top_k_categorical_accuracy"] = metricKind{class: "TopKCategoricalAccuracy", function: true, options: []string{"k"}, build: func(c *metricCall) reading {
		return c.average(c.inTopK(c.ArgMax(c.y)))
	}}
	metrics["sparse_top_k_categorical_accuracy"] = metricKind{class: "SparseTopKCategoricalAccuracy", function: true, options: []string{"k"}, build: func(c *metricCall) reading {
		return c.average(c.inTopK(c.classes()))
	}}
	metrics["cosine_similarity"] = metricKind{class: "CosineSimilarity", function: true, build: func(c *metricCall) reading {
		return c.average(c.Neg(c.loss("cosine_similarity"))) // the loss's sign is the other one
	}}
	metrics["root_mean_squared_error"] = metricKind{class: "RootMeanSquaredError", build: func(c *metricCall) reading {
		d := c.Sub(c.p.Value, losses.MatchRank(c.Builder, c.y, c.p.Value))
		r := c.average(c.Square(d))
		mean := r.result
		r.result = func(t []float64) float64 {
			if mean == nil {
				return math.Sqrt(t[0])
			}
			return math.Sqrt(mean(t))
		}
		return r
	}}
}

func (c *metricCall) hit(v *runtime.Value) *runtime.Value { return c.Cast(v, runtime.Float32) }

// classes are the numbers of the targets' classes.
func (c *metricCall) classes() *runtime.Value {
	y := c.y
	if y.Rank() == c.p.Rank() && y.Shape[y.Rank()-1] == 1 {
		y = c.Squeeze(y, -1)
	}
	return c.Cast(y, runtime.Int32)
}

// inTopK is 1 where fewer than k classes are predicted above the target's, as
// tf.math.in_top_k has it: ties count for the target.
func (c *metricCall) inTopK(class *runtime.Value) *runtime.Value {
	p := c.p.Value
	one := c.OneHot(class, p.Shape[p.Rank()-1])
	target := c.Sum(c.Mul(one, p), []int{-1}, true)
	above := c.Sum(c.hit(c.Greater(p, target)), []int{-1}, false)
	return c.hit(c.Less(above, c.Scalar(float32(c.number("k", 5)))))
}

// accuracyOf tells which accuracy "accuracy" means, from the shapes of targets
// and predictions.
func accuracyOf(y, p runtime.Shape) string {
	switch {
	case p[len(p)-1] == 1:
		return "binary_accuracy"
	case len(y) < len(p) || y[len(y)-1] == 1:
		return "sparse_categorical_accuracy"
	}
	return "categorical_accuracy"
}
