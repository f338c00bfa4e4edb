package metrics

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("Precision", func() Metric { return new(Precision) })
	Register("Recall", func() Metric { return new(Recall) })
	Register("TruePositives", func() Metric { return new(TruePositives) })
	Register("TrueNegatives", func() Metric { return new(TrueNegatives) })
	Register("FalsePositives", func() Metric { return new(FalsePositives) })
	Register("FalseNegatives", func() Metric { return new(FalseNegatives) })
}

// Threshold is what makes a prediction positive: one number or a list, of which
// the first is reported; 0.5 unless given.
type Threshold struct {
	Thresholds any `keras:"thresholds"`
}

// first is the threshold that is reported, or otherwise.
func (t Threshold) first(otherwise float64) []float64 {
	v := t.Thresholds
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	if x, ok := layers.Float(v); ok {
		return []float64{x}
	}
	return []float64{otherwise}
}

// Part says the elements that Precision and Recall look at.
type Part struct {
	Threshold
	TopK    *int `keras:"top_k"`    // of a row's predictions only these are positive
	ClassID *int `keras:"class_id"` // of the last axis only this element
}

// counts are those of a ratio's cells at the threshold.
func (o Part) counts(c *Call, cells ...cell) Reading {
	otherwise := 0.5
	if o.TopK != nil {
		otherwise = -1e10
	}
	return Reading{
		Value:  c.confusion(selection{topK: o.TopK, class: o.ClassID}, o.first(otherwise), cells...),
		Result: func(t []float64) float64 { return divideNoNaN(t[0], t[0]+t[1]) },
	}
}

// Precision is the share of positives among what is predicted to be positive.
type Precision struct {
	Common
	Part
}

// Read builds the counts.
func (m *Precision) Read(c *Call) Reading { return m.counts(c, truePositive, falsePositive) }

// Recall is the share of positives that are predicted to be positive.
type Recall struct {
	Common
	Part
}

// Read builds the counts.
func (m *Recall) Read(c *Call) Reading { return m.counts(c, truePositive, falseNegative) }

// TruePositives counts positives that are predicted to be positive.
type TruePositives struct {
	Common
	Threshold
}

// Read builds the count.
func (m *TruePositives) Read(c *Call) Reading { return c.count(m.Threshold, truePositive) }

// TrueNegatives counts negatives that are predicted to be negative.
type TrueNegatives struct {
	Common
	Threshold
}

// Read builds the count.
func (m *TrueNegatives) Read(c *Call) Reading { return c.count(m.Threshold, trueNegative) }

// FalsePositives counts negatives that are predicted to be positive.
type FalsePositives struct {
	Common
	Threshold
}

// Read builds the count.
func (m *FalsePositives) Read(c *Call) Reading { return c.count(m.Threshold, falsePositive) }

// FalseNegatives counts positives that are predicted to be negative.
type FalseNegatives struct {
	Common
	Threshold
}

// Read builds the count.
func (m *FalseNegatives) Read(c *Call) Reading { return c.count(m.Threshold, falseNegative) }

func (c *Call) count(t Threshold, of cell) Reading {
	return Reading{Value: c.confusion(selection{}, t.first(0.5), of)}
}

// cell is a cell of the confusion matrix: what target and prediction are.
type cell struct{ label, predicted bool }

var (
	truePositive  = cell{true, true}
	falsePositive = cell{false, true}
	trueNegative  = cell{false, false}
	falseNegative = cell{true, false}
)

// selection says which elements are counted; nil is all.
type selection struct{ topK, class *int }

// confusion counts the elements in each cell, for each threshold, weighted by
// the samples' weights: all thresholds of the first cell, then of the next
// (keras/src/metrics/metrics_utils.py, update_confusion_matrix_variables).
func (c *Call) confusion(of selection, thresholds []float64, cells ...cell) *runtime.Value {
	p, y, weight := c.P, c.Y, c.Weight
	if of.topK != nil {
		p = c.onlyTop(p, *of.topK)
	}
	if of.class != nil {
		y, p = c.SliceLast(y, *of.class, *of.class+1), c.SliceLast(p, *of.class, *of.class+1)
	}
	if weight != nil {
		weight = c.Reshape(c.BroadcastTo(c.expand(weight, p.Rank()), p), runtime.Infer, 1)
	}
	at := make([]float32, len(thresholds))
	for i, t := range thresholds {
		at[i] = float32(t)
	}
	p, y = c.Reshape(p, runtime.Infer, 1), c.Reshape(y, runtime.Infer, 1)
	above := c.Greater(p, c.Reshape(c.Floats(at...), 1, len(at)))
	label := c.NotEqual(y, c.Scalar(0))
	counts := make([]*runtime.Value, len(cells))
	for i, cell := range cells {
		in, l := above, label
		if !cell.predicted {
			in = c.Not(in)
		}
		if !cell.label {
			l = c.Not(l)
		}
		count := c.number(c.And(in, l))
		if weight != nil {
			count = c.Mul(count, weight)
		}
		counts[i] = c.Sum(count, []int{0}, false)
	}
	return c.Concat(0, counts...)
}

// onlyTop puts all but the k largest predictions of a row below any threshold.
func (c *Call) onlyTop(p *runtime.Value, k int) *runtime.Value {
	above := c.Greater(c.ExpandDims(p, -2), c.ExpandDims(p, -1)) // [..., i, j]: j is above i
	rank := c.Sum(c.number(above), []int{-1}, false)
	return c.Select(c.Less(rank, c.Scalar(float32(k))), p, c.Scalar(-1e10))
}
