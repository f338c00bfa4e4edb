package train

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// Metric is a number reported for each epoch.
type Metric struct {
	Name    string         // the key in the history, as Keras has it: "mae", "accuracy"
	Func    string         // Keras' name of the function or class, in snake case: "mean_absolute_error", "precision"
	Options map[string]any // of the class, by Keras' names: {"thresholds": 0.7}, {"k": 3}
}

// metricKind is a function or class of metrics.
type metricKind struct {
	class    string // Keras' class
	function bool   // a function too, so that a name says all
	options  []string
	build    func(c *metricCall) reading
}

// metricCall is one use of a metric in a graph.
type metricCall struct {
	*runtime.Builder
	Metric
	y      *runtime.Value
	p      layers.Tensor
	weight *runtime.Value // of the samples, or nil
	rules  losses.Rules
}

// reading is what a metric takes from each batch: numbers that are added up
// over the epoch, and what the sums come to.
type reading struct {
	value  *runtime.Value                 // float32, rank 0 or 1
	mean   bool                           // value is a mean over the batch: weigh it by rows
	result func(totals []float64) float64 // nil is totals[0]
}

var metrics = map[string]metricKind{}

// metricAliases are spellings of metrics that are not losses, by spelling.
var metricAliases = map[string]string{"acc": "accuracy", "accuracy": "accuracy", "logcosherror": "log_cosh"}

// spelling is what all spellings of a name have in common: "MeanSquaredError",
// "mean_squared_error".
func spelling(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// ParseMetric finds a metric by any name that Keras gave it. The history's key
// is the name as given.
func ParseMetric(name string) (Metric, error) {
	if f := metricNamed(name); f != "" {
		return Metric{Name: name, Func: f}, nil
	}
	return Metric{}, fmt.Errorf("metric must be one of %s, received %q", strings.Join(MetricNames(), ", "), name)
}

// metricNamed returns the name in the registry, "" when there is none.
func metricNamed(name string) string {
	key := spelling(name)
	if f := metricAliases[key]; f != "" {
		return f
	}
	for f, kind := range metrics {
		if spelling(f) == key || spelling(kind.class) == key {
			return f
		}
	}
	if l, err := losses.New(name); err == nil {
		return losses.Name(l)
	}
	return ""
}

// MetricNames lists the metrics by Keras' names.
func MetricNames() []string {
	names := append(losses.Names(), "accuracy")
	for n := range metrics {
		names = append(names, n)
	}
	sort.Strings(names)
	return slices.Compact(names)
}

// read builds the metric.
func (m Metric) read(b *runtime.Builder, y *runtime.Value, p layers.Tensor, weight *runtime.Value, rules losses.Rules) reading {
	c := &metricCall{Builder: b, Metric: m, y: y, p: p, weight: weight, rules: rules}
	if c.Func == "accuracy" {
		c.Func = accuracyOf(y.Shape, p.Shape)
	}
	if kind := metrics[c.Func]; kind.build != nil {
		return kind.build(c)
	}
	return c.average(c.loss(c.Func))
}

// loss is that loss of each sample. Metrics take the predictions as they are, not
// the logits behind them.
func (c *metricCall) loss(name string) *runtime.Value {
	l, err := losses.New(name)
	if err != nil { // ParseMetric knows only those
		return c.Fail(err)
	}
	return l.Samples(losses.NewCall(c.Builder, c.y, c.p.Value, nil, c.rules))
}

// average is the mean of a number for each sample, or each element, weighted by
// the samples' weights and the mask (keras/src/metrics/reduction_metrics.py).
func (c *metricCall) average(samples *runtime.Value) reading {
	weight := c.weight
	if mask := c.p.Mask; mask != nil && mask.Rank() <= samples.Rank() {
		valid := c.Cast(mask, runtime.Float32)
		if weight != nil {
			valid = c.Mul(valid, expand(c.Builder, weight, valid.Rank()))
		}
		weight = valid
	}
	if weight == nil {
		return reading{value: c.Mean(samples, nil, false), mean: true}
	}
	var extra []int // axes that the weights do not have
	for a := weight.Rank(); a < samples.Rank(); a++ {
		extra = append(extra, a)
	}
	if extra != nil {
		samples = c.Mean(samples, extra, false)
	}
	return reading{
		value:  c.vector(c.Sum(c.Mul(samples, weight), nil, false), c.Sum(weight, nil, false)),
		result: func(t []float64) float64 { return divideNoNaN(t[0], t[1]) },
	}
}

// vector joins numbers.
func (c *metricCall) vector(numbers ...*runtime.Value) *runtime.Value {
	for i, v := range numbers {
		numbers[i] = c.Reshape(v, 1)
	}
	return c.Concat(0, numbers...)
}

func divideNoNaN(x, y float64) float64 {
	if y == 0 {
		return 0
	}
	return x / y
}

// expand adds axes of size 1 at the end.
func expand(b *runtime.Builder, v *runtime.Value, rank int) *runtime.Value {
	for v.Rank() < rank {
		v = b.ExpandDims(v, -1)
	}
	return v
}

// number reads an option, or returns what it is by default.
func (m Metric) number(key string, otherwise float64) float64 {
	if v, ok := layers.Float(m.Options[key]); ok {
		return v
	}
	return otherwise
}
