package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("AUC", func() Metric { return &AUC{NumThresholds: 200, Curve: "ROC", SummationMethod: "interpolation"} })
}

// AUC is the area under the ROC or the precision-recall curve, of points at many
// thresholds.
type AUC struct {
	Common
	NumThresholds   int       `keras:"num_thresholds"`
	Thresholds      []float64 `keras:"thresholds"` // between 0 and 1; nil is NumThresholds of them, evenly
	Curve           string    `keras:"curve"`      // "ROC" or "PR"
	SummationMethod string    `keras:"summation_method"`
	MultiLabel      bool      `keras:"multi_label"` // the mean of an area for each element of the last axis
	NumLabels       *int      `keras:"num_labels"`
	LabelWeights    []float64 `keras:"label_weights"` // of the elements of the last axis
	FromLogits      bool      `keras:"from_logits"`
}

// maxThresholds bounds the memory of a metric with many thresholds.
const maxThresholds = 10_000

// Validate refuses what is not computed.
func (m *AUC) Validate(d *layers.Decoder) {
	if m.Curve != "ROC" && m.Curve != "PR" {
		d.Unsupported("curve=%s", m.Curve)
	}
	wantThresholds(d, m.NumThresholds, 2)
	wantThresholds(d, len(m.Thresholds)+2, 2)
}

func wantThresholds(d *layers.Decoder, n, least int) {
	if n < least || n > maxThresholds {
		d.Unsupported("num_thresholds must be from %d to %d, received %d", least, maxThresholds, n)
	}
}

// Read builds the counts: of all elements, or of each label.
func (m *AUC) Read(c *Call) Reading {
	if m.FromLogits {
		c.P = c.Sigmoid(c.P)
	}
	area := func(t []float64) float64 { return areaUnder(m.Curve, m.SummationMethod, t) }
	labels, at := c.P.Shape[c.P.Rank()-1], m.thresholds()
	if m.LabelWeights != nil && len(m.LabelWeights) != labels {
		return Reading{Value: c.Fail(&runtime.ShapeError{What: "label_weights of AUC", Wanted: fmt.Sprint(labels), Received: fmt.Sprint(len(m.LabelWeights))})}
	}
	if !m.MultiLabel {
		of := selection{labels: m.LabelWeights}
		return Reading{Value: c.confusion(of, at, truePositive, falsePositive, trueNegative, falseNegative), Result: one(area)}
	}
	counts := make([]*runtime.Value, labels)
	for k := range counts {
		counts[k] = c.confusion(selection{class: &k}, at, truePositive, falsePositive, trueNegative, falseNegative)
	}
	return Reading{Value: c.Concat(0, counts...), Result: one(func(t []float64) float64 {
		sum, weights, n := 0.0, 0.0, 4*len(at)
		for k := range counts {
			w := 1.0
			if m.LabelWeights != nil {
				w = m.LabelWeights[k]
			}
			sum, weights = sum+w*area(t[k*n:][:n]), weights+w
		}
		return divideNoNaN(sum, weights)
	})}
}

// thresholds are those between 0 and 1, with one below and one above.
func (m *AUC) thresholds() []float64 {
	inner := slices.Sorted(slices.Values(m.Thresholds))
	if m.Thresholds == nil {
		inner = between(m.NumThresholds)
	}
	return append(append([]float64{-epsilon}, inner...), 1+epsilon)
}

// between are the n - 2 thresholds that divide 0 to 1 evenly.
func between(n int) (inner []float64) {
	for i := 1; i < n-1; i++ {
		inner = append(inner, float64(i)/float64(n-1))
	}
	return inner
}

// areaUnder sums a curve up: t has the true positives, false positives, true
// negatives and false negatives at every threshold.
func areaUnder(curve, method string, t []float64) float64 {
	n := len(t) / 4
	tp, fp, tn, fn := t[:n], t[n:2*n], t[2*n:3*n], t[3*n:]
	if curve == "PR" && (method == "" || method == "interpolation") {
		return areaUnderPR(tp, fp, fn)
	}
	point := func(i int) (x, y float64) {
		recall := divideNoNaN(tp[i], tp[i]+fn[i])
		if curve == "PR" {
			return recall, divideNoNaN(tp[i], tp[i]+fp[i])
		}
		return divideNoNaN(fp[i], fp[i]+tn[i]), recall
	}
	sum := 0.0
	for i := range n - 1 {
		x0, y0 := point(i)
		x1, y1 := point(i + 1)
		height := (y0 + y1) / 2
		switch method {
		case "minoring":
			height = math.Min(y0, y1)
		case "majoring":
			height = math.Max(y0, y1)
		}
		sum += (x0 - x1) * height
	}
	return sum
}

// areaUnderPR interpolates precision between thresholds (Davis and Goadrich
// 2006).
func areaUnderPR(tp, fp, fn []float64) float64 {
	sum := 0.0
	for i := range len(tp) - 1 {
		p0, p1 := tp[i]+fp[i], tp[i+1]+fp[i+1]
		slope := divideNoNaN(tp[i]-tp[i+1], math.Max(p0-p1, 0))
		ratio := 1.0
		if p0 > 0 && p1 > 0 {
			ratio = p0 / p1
		}
		area := slope * (tp[i] - tp[i+1] + (tp[i+1]-slope*p1)*math.Log(ratio))
		sum += divideNoNaN(area, tp[i+1]+fn[i+1])
	}
	return sum
}
