package metrics

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// Metric is a number that is reported for each epoch. An implementation is a
// pointer to a struct that embeds Common; its options are the exported fields
// that are tagged `keras:"key"`.
type Metric interface {
	Base() *Common
	// Read builds what is taken from a batch.
	Read(c *Call) Reading
}

// Common is what every metric has. Embed it.
type Common struct {
	Name string // the key in the history, as Keras has it: "mae", "accuracy"
}

// Base returns the common part.
func (c *Common) Base() *Common { return c }

// Call is one use of a metric in a graph.
type Call struct {
	*runtime.Builder
	Targets *runtime.Value // as the caller gave them: class numbers may lack the last axis
	Y       *runtime.Value // the same with the rank of P
	P       *runtime.Value // predictions
	Mask    *runtime.Value // of the predictions, or nil
	Weight  *runtime.Value // of the samples, or nil
	Rules   losses.Rules
}

// NewCall prepares a use of a metric.
func NewCall(b *runtime.Builder, targets *runtime.Value, p layers.Tensor, weight *runtime.Value, rules losses.Rules) *Call {
	return &Call{Builder: b, Targets: targets, Y: losses.MatchRank(b, targets, p.Value), P: p.Value, Mask: p.Mask, Weight: weight, Rules: rules}
}

// Reading is what a metric takes from each batch: numbers that are added up
// over the epoch, and what the sums come to.
type Reading struct {
	Value *runtime.Value // float32, rank 0 or 1
	Mean  bool           // Value is a mean over the batch: weigh it by rows

	// Result is what is reported: one number, or several, which the history has under
	// the metric's name with _0, _1 and so on behind it, where Keras has an array. nil
	// is the totals.
	Result func(totals []float64) []float64
}

// one is a result of a single number.
func one(f func(totals []float64) float64) func([]float64) []float64 {
	return func(totals []float64) []float64 { return []float64{f(totals)} }
}

// Average is the mean of a number for each sample, or each element, weighted by
// the samples' weights and the mask (keras/src/metrics/reduction_metrics.py).
func (c *Call) Average(samples *runtime.Value) Reading {
	weight := c.Weight
	if mask := c.Mask; mask != nil && mask.Rank() <= samples.Rank() {
		valid := c.number(mask)
		if weight != nil {
			valid = c.Mul(valid, c.expand(weight, valid.Rank()))
		}
		weight = valid
	}
	if weight == nil {
		return Reading{Value: c.Mean(samples, nil, false), Mean: true}
	}
	var extra []int // axes that the weights do not have
	for a := weight.Rank(); a < samples.Rank(); a++ {
		extra = append(extra, a)
	}
	if extra != nil {
		samples = c.Mean(samples, extra, false)
	}
	return Reading{
		Value:  c.vector(c.Sum(c.Mul(samples, weight), nil, false), c.Sum(weight, nil, false)),
		Result: one(func(t []float64) float64 { return divideNoNaN(t[0], t[1]) }),
	}
}

// vector joins numbers.
func (c *Call) vector(numbers ...*runtime.Value) *runtime.Value {
	for i, v := range numbers {
		numbers[i] = c.Reshape(v, 1)
	}
	return c.Concat(0, numbers...)
}

// expand adds axes of size 1 at the end.
func (c *Call) expand(v *runtime.Value, rank int) *runtime.Value {
	for range rank - v.Rank() {
		v = c.ExpandDims(v, -1)
	}
	return v
}

// number is 1 where v is true.
func (c *Call) number(v *runtime.Value) *runtime.Value { return c.Cast(v, runtime.Float32) }

func divideNoNaN(x, y float64) float64 {
	if y == 0 {
		return 0
	}
	return x / y
}

// epsilon is keras.config.epsilon().
const epsilon = 1e-7
