package metrics

import (
	"fmt"

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

// Threshold is what makes a prediction positive: one number, or a list, each of
// which is reported; 0.5 unless given.
type Threshold struct {
	Thresholds any `keras:"thresholds"`
}

// all lists the thresholds, or otherwise.
func (t Threshold) all(otherwise float64) (list []float64) {
	given, ok := t.Thresholds.([]any)
	if !ok {
		given = []any{t.Thresholds}
	}
	for _, v := range given {
		if x, ok := layers.Float(v); ok {
			list = append(list, x)
		}
	}
	if list == nil {
		return []float64{otherwise}
	}
	return list
}

// Part says the elements that Precision and Recall look at.
type Part struct {
	Threshold
	TopK    *int `keras:"top_k"`    // of a row's predictions only these are positive
	ClassID *int `keras:"class_id"` // of the last axis only this element
}

// counts are those of a ratio's cells at the thresholds.
func (o Part) counts(c *Call, cells ...cell) Reading {
	otherwise := 0.5
	if o.TopK != nil {
		otherwise = -1e10
	}
	return Reading{
		Value: c.confusion(selection{topK: o.TopK, class: o.ClassID}, o.all(otherwise), cells...),
		Result: func(t []float64) []float64 {
			n := len(t) / 2
			ratios := make([]float64, n)
			for i := range ratios {
				ratios[i] = divideNoNaN(t[i], t[i]+t[n+i])
			}
			return ratios
		},
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
	return Reading{Value: c.confusion(selection{}, t.all(0.5), of)}
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
type selection struct {
	topK, class *int
	labels      []float64 // weights of the last axis' elements
}

// confusion counts the elements in each cell, for each threshold, weighted by
// the samples' weights: all thresholds of the first cell, then of the next
// (keras/src/metrics/metrics_utils.py, update_confusion_matrix_variables).
func (c *Call) confusion(of selection, thresholds []float64, cells ...cell) *runtime.Value {
	p, y, weight := c.P, c.Y, c.Weight
	if of.topK != nil {
		p = c.onlyTop(p, *of.topK)
	}
	if of.class != nil {
		if n := p.Shape[p.Rank()-1]; *of.class < 0 || *of.class >= n {
			return c.Fail(&runtime.ShapeError{What: "class_id of a metric", Wanted: fmt.Sprintf("0 to %d", n-1), Received: fmt.Sprint(*of.class)})
		}
		y, p = c.SliceLast(y, *of.class, *of.class+1), c.SliceLast(p, *of.class, *of.class+1)
	}
	if weight != nil {
		weight = c.expand(weight, p.Rank())
	}
	if of.labels != nil {
		labels := make([]float32, len(of.labels))
		for i, w := range of.labels {
			labels[i] = float32(w)
		}
		if each := c.Floats(labels...); weight == nil {
			weight = each
		} else {
			weight = c.Mul(weight, each)
		}
	}
	if weight != nil {
		weight = c.Reshape(c.BroadcastTo(weight, p), runtime.Infer, 1)
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
