package train

import (
	"math"
	"sort"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// Metrics that count true and false positives and negatives over the epoch, at
// one threshold or many (keras/src/metrics/confusion_metrics.py). Of several
// thresholds given to Precision and Recall the first is reported.
func init() {
	one := []string{"thresholds", "top_k", "class_id"}
	ratio := func(t []float64) float64 { return divideNoNaN(t[0], t[0]+t[1]) }
	first := func(t []float64) float64 { return t[0] }
	kind := func(class string, result func([]float64) float64, options []string, counts ...cell) metricKind {
		return metricKind{class: class, options: options, build: func(c *metricCall) reading {
			return reading{value: c.confusion([]float64{c.threshold()}, counts...), result: result}
		}}
	}
	metrics["precision"] = kind("Precision", ratio, one, truePositive, falsePositive)
	metrics["recall"] = kind("Recall", ratio, one, truePositive, falseNegative)
	metrics["true_positives"] = kind("TruePositives", first, one[:1], truePositive)
	metrics["true_negatives"] = kind("TrueNegatives", first, one[:1], trueNegative)
	metrics["false_positives"] = kind("FalsePositives", first, one[:1], falsePositive)
	metrics["false_negatives"] = kind("FalseNegatives", first, one[:1], falseNegative)
	metrics["auc"] = metricKind{class: "AUC", options: []string{"num_thresholds", "curve", "summation_method", "thresholds", "multi_label", "num_labels", "label_weights", "from_logits"},
		build: func(c *metricCall) reading {
			if c.Options["from_logits"] == true {
				c.p.Value = c.Sigmoid(c.p.Value)
			}
			curve, _ := c.Options["curve"].(string)
			method, _ := c.Options["summation_method"].(string)
			return reading{
				value:  c.confusion(c.thresholds(), truePositive, falsePositive, trueNegative, falseNegative),
				result: func(t []float64) float64 { return areaUnder(curve, method, t) },
			}
		}}
}

// maxThresholds bounds the memory of an AUC.
const maxThresholds = 10_000

// cell is a cell of the confusion matrix: what target and prediction are.
type cell struct{ label, predicted bool }

var (
	truePositive  = cell{true, true}
	falsePositive = cell{false, true}
	trueNegative  = cell{false, false}
	falseNegative = cell{true, false}
)

// confusion counts the elements in each cell, for each threshold, weighted by
// the samples' weights: all thresholds of the first cell, then of the next.
func (c *metricCall) confusion(thresholds []float64, cells ...cell) *runtime.Value {
	p, y := c.p.Value, losses.MatchRank(c.Builder, c.y, c.p.Value)
	weight := c.weight
	if k := c.number("top_k", 0); k > 0 {
		p = c.onlyTop(p, k)
	}
	if class, ok := layers.Int(c.Options["class_id"]); ok {
		y, p = c.SliceLast(y, class, class+1), c.SliceLast(p, class, class+1)
	}
	if weight != nil {
		weight = c.Reshape(c.BroadcastTo(expand(c.Builder, weight, p.Rank()), p), runtime.Infer, 1)
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
		count := c.hit(c.And(in, l))
		if weight != nil {
			count = c.Mul(count, weight)
		}
		counts[i] = c.Sum(count, []int{0}, false)
	}
	return c.Concat(0, counts...)
}

// onlyTop puts all but the k largest predictions of a row below any threshold.
func (c *metricCall) onlyTop(p *runtime.Value, k float64) *runtime.Value {
	above := c.Greater(c.ExpandDims(p, -2), c.ExpandDims(p, -1)) // [..., i, j]: j is above i
	rank := c.Sum(c.hit(above), []int{-1}, false)
	return c.Select(c.Less(rank, c.Scalar(float32(k))), p, c.Scalar(-1e10))
}

// threshold is the one of Precision, Recall and the counts.
func (c *metricCall) threshold() float64 {
	v := c.Options["thresholds"]
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	if t, ok := layers.Float(v); ok {
		return t
	}
	if c.number("top_k", 0) > 0 {
		return -1e10
	}
	return 0.5
}

// thresholds are those of AUC: evenly between 0 and 1 unless given, with one
// below and one above.
func (c *metricCall) thresholds() []float64 {
	var inner []float64
	if list, ok := c.Options["thresholds"].([]any); ok {
		for _, v := range list {
			if t, ok := layers.Float(v); ok {
				inner = append(inner, t)
			}
		}
		sort.Float64s(inner)
	} else {
		n := int(min(c.number("num_thresholds", 200), maxThresholds))
		for i := 1; i < n-1; i++ {
			inner = append(inner, float64(i)/float64(n-1))
		}
	}
	return append(append([]float64{-epsilon}, inner...), 1+epsilon)
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
