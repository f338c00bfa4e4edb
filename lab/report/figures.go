package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/internal/chart"
	"github.com/kerasrun/kerasrun/lab"
)

func lossCurves(c *lab.Comparison) *chart.Figure {
	return curves(c, "Validation loss by epoch: mean, and band of ± the spread over the seeds", title(c.Loss), 1,
		func(r *lab.Run) []float64 { return r.ValidationLoss })
}

func trainCurves(c *lab.Comparison) *chart.Figure {
	return curves(c, "Training loss by epoch", title(c.Loss), 1, func(r *lab.Run) []float64 { return r.TrainLoss })
}

func gradientCurves(c *lab.Comparison) *chart.Figure {
	return curves(c, "Gradient that reaches the head by epoch; 0 is before training", "root of mean squared norm", 0,
		func(r *lab.Run) []float64 { return r.Gradient })
}

// curves draws a line with a band for each candidate.
func curves(c *lab.Comparison, heading, y string, first int, of func(*lab.Run) []float64) *chart.Figure {
	f := &chart.Figure{Title: heading, X: "epoch", Y: y, Width: 860, Height: 380, Legend: true}
	for _, i := range trained(c) {
		s := chart.Series{Name: name(c, i), Color: i}
		longest := 0
		for r := range c.Candidates[i].Runs {
			longest = max(longest, len(of(&c.Candidates[i].Runs[r])))
		}
		for e := range longest {
			v := at(c.Candidates[i].Runs, e, of)
			s.X, s.Y = append(s.X, float64(e+first)), append(s.Y, v.Mean)
			s.Low, s.High = append(s.Low, v.Mean-v.Deviation), append(s.High, v.Mean+v.Deviation)
		}
		f.Series = append(f.Series, s)
	}
	return f
}

// at is the spread over the runs that reached an epoch.
func at(runs []lab.Run, epoch int, of func(*lab.Run) []float64) lab.Spread {
	var values []float64
	for i := range runs {
		if v := of(&runs[i]); epoch < len(v) {
			values = append(values, v[epoch])
		}
	}
	return lab.SpreadOf(values)
}

// pairs are the answers of all runs beside their targets; nil where the targets are
// none of single numbers.
func pairs(c *lab.Comparison, i int) (answers, targets []float64) {
	for _, r := range c.Candidates[i].Runs {
		if len(r.Answers) != len(c.Targets) {
			continue
		}
		for k, a := range r.Answers {
			answers, targets = append(answers, float64(a)), append(targets, float64(c.Targets[k]))
		}
	}
	return answers, targets
}

// bins is how many bars a distribution has.
const bins = 24

// distribution draws how often answers and targets lie where.
func distribution(c *lab.Comparison, i int) *chart.Figure {
	answers, targets := pairs(c, i)
	if len(answers) == 0 {
		return nil
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, list := range [][]float64{answers, targets} {
		for _, v := range list {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if !(hi > lo) {
		lo, hi = lo-0.5, hi+0.5
	}
	edges := make([]float64, bins+1)
	for k := range edges {
		edges[k] = lo + (hi-lo)*float64(k)/bins
	}
	shares := func(values []float64) []float64 {
		n := make([]float64, bins+1)
		for _, v := range values {
			n[min(int((v-lo)/(hi-lo)*bins), bins-1)] += 100 / float64(len(values))
		}
		return n
	}
	return &chart.Figure{Title: name(c, i) + ": answers (line) and targets (bars)", X: "value", Y: "% of rows", Width: 420, Height: 240,
		Series: []chart.Series{
			{Name: "targets", X: edges, Y: shares(targets), Kind: chart.Bars, Color: 6},
			{Name: "answers", X: edges, Y: shares(answers), Kind: chart.Steps, Color: i % chart.Colors},
		}}
}

// calibration draws, for tenths of the rows by their answer, the mean target over the
// mean answer: on the diagonal, answers are right on average.
func calibration(c *lab.Comparison, i int) *chart.Figure {
	answers, targets := pairs(c, i)
	order := make([]int, len(answers))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(answers[a], answers[b]) })
	s := chart.Series{Name: name(c, i), Kind: chart.Points, Color: i % chart.Colors}
	groups := min(10, len(order))
	for g := range groups {
		part := order[g*len(order)/groups : (g+1)*len(order)/groups]
		x, y := 0.0, 0.0
		for _, k := range part {
			x += answers[k] / float64(len(part))
			y += targets[k] / float64(len(part))
		}
		s.X, s.Y = append(s.X, x), append(s.Y, y)
	}
	return &chart.Figure{Title: name(c, i) + ": calibration, tenths of the rows", X: "mean answer", Y: "mean target", Width: 420, Height: 240,
		Diagonal: true, Series: []chart.Series{s}}
}
