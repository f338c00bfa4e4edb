package train

import (
	"fmt"
	"sort"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Metric is a number reported for each epoch: the mean over the samples of a
// function of target and prediction.
type Metric struct {
	Name string // the key in the history, as Keras has it: "mae", "accuracy"
	Func string // Keras' name of the function
}

// metricFunc builds the metric's value for each sample (or each element: the
// mean over all is taken).
type metricFunc func(b *runtime.Builder, y *runtime.Value, p layers.Tensor) *runtime.Value

var metrics = map[string]metricFunc{}

func init() {
	metrics["binary_accuracy"] = func(b *runtime.Builder, y *runtime.Value, p layers.Tensor) *runtime.Value {
		hard := b.Select(b.Greater(p.Value, b.Scalar(0.5)), b.Scalar(1), b.Scalar(0))
		return hit(b, b.Equal(matchRank(b, y, p.Value), hard))
	}
	metrics["categorical_accuracy"] = func(b *runtime.Builder, y *runtime.Value, p layers.Tensor) *runtime.Value {
		return hit(b, b.Equal(b.ArgMax(y), b.ArgMax(p.Value)))
	}
	metrics["sparse_categorical_accuracy"] = func(b *runtime.Builder, y *runtime.Value, p layers.Tensor) *runtime.Value {
		if y.Rank() == p.Rank() && y.Shape[y.Rank()-1] == 1 {
			y = b.Squeeze(y, -1)
		}
		return hit(b, b.Equal(b.Cast(y, runtime.Int32), b.ArgMax(p.Value)))
	}
}

func hit(b *runtime.Builder, c *runtime.Value) *runtime.Value { return b.Cast(c, runtime.Float32) }

// metricAliases are spellings of metrics that are not losses.
var metricAliases = map[string]string{"acc": "accuracy"}

// ParseMetric finds a metric by any name that Keras gave it. The history's key
// is the name as given.
func ParseMetric(name string) (Metric, error) {
	f := snakeCase(name)
	if a, ok := metricAliases[f]; ok {
		f = a
	}
	if l, err := ParseLoss(f); err == nil {
		f = l.Name
	}
	if _, ok := losses[f]; !ok && metrics[f] == nil && f != "accuracy" {
		return Metric{}, fmt.Errorf("metric must be one of %s, received %q", strings.Join(MetricNames(), ", "), name)
	}
	return Metric{Name: name, Func: f}, nil
}

// MetricNames lists the metrics by Keras' names.
func MetricNames() []string {
	names := append(LossNames(), "accuracy")
	for n := range metrics {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// mean builds the metric's mean over a batch.
func (m Metric) mean(b *runtime.Builder, y *runtime.Value, p layers.Tensor, era int) *runtime.Value {
	f := m.Func
	if f == "accuracy" {
		f = accuracyOf(y.Shape, p.Shape)
	}
	if metric, ok := metrics[f]; ok {
		return b.Mean(metric(b, y, p), nil, false)
	}
	p.Logits = nil // metrics take the predictions as they are
	return b.Mean(Loss{Name: f, Era: era}.samples(b, y, p), nil, false)
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
