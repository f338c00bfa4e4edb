package metrics

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("FBetaScore", func() Metric { return &FBetaScore{Beta: 1} })
	Register("F1Score", func() Metric { return new(F1Score) })
}

// Averaging is what FBetaScore and F1Score have in common.
type Averaging struct {
	// Average joins the scores of the classes: "micro" counts all together, "macro" is
	// the mean, "weighted" the mean by how often each is there; "" reports each.
	Average string `keras:"average"`
	// Threshold makes a prediction positive; nil takes each row's greatest.
	Threshold *float64 `keras:"threshold"`
}

// Validate refuses what no score can be made with.
func (a *Averaging) Validate(d *layers.Decoder) {
	switch a.Average {
	case "", "micro", "macro", "weighted":
	default:
		d.Broken("average=%s", a.Average)
	}
	if t := a.Threshold; t != nil && !(*t > 0 && *t <= 1) {
		d.Broken("threshold must be above 0 and at most 1, received %g", *t)
	}
}

// Configure writes that the scores are not joined.
func (a *Averaging) Configure(config map[string]any) {
	if a.Average == "" {
		config["average"] = nil
	}
}

// FBetaScore is (1 + beta²)·precision·recall / (beta²·precision + recall), by
// class (keras/src/metrics/f_score_metrics.py).
type FBetaScore struct {
	Common
	Averaging
	Beta float64 `keras:"beta"`
}

// Read builds the counts.
func (m *FBetaScore) Read(c *Call) Reading { return m.score(c, m.Beta) }

// F1Score is FBetaScore with a beta of 1.
type F1Score struct {
	Common
	Averaging
}

// Read builds the counts.
func (m *F1Score) Read(c *Call) Reading { return m.score(c, 1) }

// score counts, for each class, true positives, false positives, false negatives
// and targets.
func (a Averaging) score(c *Call, beta float64) Reading {
	if err := c.wantRank2("F-beta score"); err != nil {
		return Reading{Value: err}
	}
	var hard *runtime.Value
	if a.Threshold != nil {
		hard = c.number(c.Greater(c.P, c.Scalar(float32(*a.Threshold))))
	} else { // a row of zeros is not all ones
		top := c.GreaterEqual(c.P, c.Max(c.P, []int{-1}, true))
		hard = c.number(c.And(top, c.Greater(c.Abs(c.P), c.Scalar(1e-9))))
	}
	rows := func(v *runtime.Value) *runtime.Value {
		if c.Weight != nil {
			v = c.Mul(v, c.expand(c.Weight, 2))
		}
		return c.Sum(v, []int{0}, false)
	}
	one := c.Scalar(1)
	return Reading{
		Value:  c.Concat(0, rows(c.Mul(hard, c.Y)), rows(c.Mul(hard, c.Sub(one, c.Y))), rows(c.Mul(c.Sub(one, hard), c.Y)), rows(c.Y)),
		Result: func(t []float64) []float64 { return a.result(t, beta*beta) },
	}
}

func (a Averaging) result(t []float64, beta2 float64) []float64 {
	n := len(t) / 4
	if a.Average == "micro" {
		var all [4]float64
		for i, v := range t {
			all[i/n] += v
		}
		t, n = all[:], 1
	}
	scores := make([]float64, n)
	var sum, weighted, weights float64
	for k := range scores {
		tp, fp, fn := t[k], t[n+k], t[2*n+k]
		precision, recall := tp/(tp+fp+epsilon), tp/(tp+fn+epsilon)
		scores[k] = precision * recall / (beta2*precision + recall + epsilon) * (1 + beta2)
		sum, weighted, weights = sum+scores[k], weighted+scores[k]*t[3*n+k], weights+t[3*n+k]
	}
	switch a.Average {
	case "":
		return scores
	case "weighted":
		return []float64{weighted / (weights + epsilon)}
	}
	return []float64{sum / float64(n)}
}
