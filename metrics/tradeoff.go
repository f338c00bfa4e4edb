package metrics

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	many := Thresholds{NumThresholds: 200}
	Register("SensitivityAtSpecificity", func() Metric { return &SensitivityAtSpecificity{Thresholds: many} })
	Register("SpecificityAtSensitivity", func() Metric { return &SpecificityAtSensitivity{Thresholds: many} })
	Register("PrecisionAtRecall", func() Metric { return &PrecisionAtRecall{Thresholds: many} })
	Register("RecallAtPrecision", func() Metric { return &RecallAtPrecision{Thresholds: many} })
}

// Thresholds are those at which two rates are weighed against each other.
type Thresholds struct {
	NumThresholds int  `keras:"num_thresholds"`
	ClassID       *int `keras:"class_id"` // of the last axis only this element
}

// Validate refuses what no threshold can be made of.
func (o *Thresholds) Validate(d *layers.Decoder) { wantThresholds(d, o.NumThresholds, 1) }

// SensitivityAtSpecificity is the greatest sensitivity where the specificity is at
// least so great (keras/src/metrics/confusion_metrics.py, SensitivitySpecificityBase).
type SensitivityAtSpecificity struct {
	Common
	Thresholds
	Specificity float64 `keras:"specificity"`
}

// Read builds the counts.
func (m *SensitivityAtSpecificity) Read(c *Call) Reading {
	return m.best(c, specificity, m.Specificity, recall)
}

// SpecificityAtSensitivity is the greatest specificity where the sensitivity is at
// least so great.
type SpecificityAtSensitivity struct {
	Common
	Thresholds
	Sensitivity float64 `keras:"sensitivity"`
}

// Read builds the counts.
func (m *SpecificityAtSensitivity) Read(c *Call) Reading {
	return m.best(c, recall, m.Sensitivity, specificity)
}

// PrecisionAtRecall is the greatest precision where the recall is at least so
// great.
type PrecisionAtRecall struct {
	Common
	Thresholds
	Recall float64 `keras:"recall"`
}

// Read builds the counts.
func (m *PrecisionAtRecall) Read(c *Call) Reading { return m.best(c, recall, m.Recall, precision) }

// RecallAtPrecision is the greatest recall where the precision is at least so
// great.
type RecallAtPrecision struct {
	Common
	Thresholds
	Precision float64 `keras:"precision"`
}

// Read builds the counts.
func (m *RecallAtPrecision) Read(c *Call) Reading { return m.best(c, precision, m.Precision, recall) }

// rate is one of true and false positives and negatives.
type rate func(tp, fp, tn, fn float64) float64

func recall(tp, _, _, fn float64) float64      { return divideNoNaN(tp, tp+fn) }
func precision(tp, fp, _, _ float64) float64   { return divideNoNaN(tp, tp+fp) }
func specificity(_, fp, tn, _ float64) float64 { return divideNoNaN(tn, tn+fp) }

// best is the greatest second rate at the thresholds where the first reaches a
// bound, as float32 has it; 0 when none does.
func (o Thresholds) best(c *Call, first rate, least float64, second rate) Reading {
	at := []float64{0.5}
	if o.NumThresholds > 1 { // Keras counts a prediction of 0 as above the threshold 0
		at = append(append([]float64{math.Inf(-1)}, between(o.NumThresholds)...), 1)
	}
	return Reading{
		Value: c.confusion(selection{class: o.ClassID}, at, truePositive, falsePositive, trueNegative, falseNegative),
		Result: one(func(t []float64) (best float64) {
			n := len(at)
			for i := range n {
				tp, fp, tn, fn := t[i], t[n+i], t[2*n+i], t[3*n+i]
				if float32(first(tp, fp, tn, fn)) >= float32(least) {
					best = max(best, second(tp, fp, tn, fn))
				}
			}
			return best
		}),
	}
}
