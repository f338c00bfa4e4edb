package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// recommend chooses among what keeps answers positive: the lowest validation loss,
// and where heads with rows that do not learn or that lie at the bound are as good
// within the noise as others with fewer, at least a hundredth of all, one of these.
func (c *Comparison) recommend() {
	c.Best = -1
	var able []int
	for i := range c.Candidates {
		if k := &c.Candidates[i]; k.Kind == HeadKind && k.complete() {
			able = append(able, i)
		}
	}
	if len(able) == 0 {
		c.Recommendation = "No head can be recommended: none was trained to the end from every seed."
		return
	}
	at := func(i int) *Candidate { return &c.Candidates[i] }
	slices.SortStableFunc(able, func(i, j int) int { return compare(at(i).Loss.Mean, at(j).Loss.Mean) })
	lowest := able[0]
	equal := able[:1]
	for _, i := range able[1:] {
		if at(i).Loss.Mean-at(lowest).Loss.Mean <= noise(at(i), at(lowest)) {
			equal = append(equal, i)
		}
	}
	fewest := inf
	for _, i := range equal {
		fewest = math.Min(fewest, at(i).stuck())
	}
	for _, i := range equal { // the lowest loss first
		if c.Best < 0 && at(i).stuck() <= fewest+0.01 {
			c.Best = i
		}
	}
	c.Recommendation = c.reason(able, equal)
}

// stuck is the share of rows that do not learn and that of answers at the bound.
func (c *Candidate) stuck() float64 { return c.Dead + c.AtBound }

// complete reports whether all runs came to an end.
func (c *Candidate) complete() bool { return c.Skipped == "" && c.Diverged == 0 && len(c.Runs) > 0 }

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// noise is what two candidates' means may differ by for no reason but the seeds and
// the choice of the validation rows: the root of the sum of the squared deviations
// over the seeds and the square of twice the standard error of the rows' differences.
func noise(a, b *Candidate) float64 {
	d := a.rowLosses()
	for r, l := range b.rowLosses() {
		d[r] -= l
	}
	return math.Sqrt(square(a.Loss.Deviation) + square(b.Loss.Deviation) + 4*square(SpreadOf(d).Deviation)/float64(len(d)))
}

func square(v float64) float64 { return v * v }

// rowLosses are the losses of the validation rows, the mean over the runs.
func (c *Candidate) rowLosses() []float64 {
	out := make([]float64, len(c.Runs[0].RowLosses))
	for _, r := range c.Runs {
		for k, l := range r.RowLosses {
			out[k] += l / float64(len(c.Runs))
		}
	}
	return out
}

// reason is the recommendation in words.
func (c *Comparison) reason(able, equal []int) string {
	best := &c.Candidates[c.Best]
	var s strings.Builder
	switch {
	case len(equal) > 1:
		var others []string
		for _, i := range equal {
			if i != c.Best {
				others = append(others, fmt.Sprintf("%s (%s)", c.Candidates[i].Name, c.Candidates[i].Loss))
			}
		}
		why := "it is the lowest of these"
		if c.Best != equal[0] {
			why = fmt.Sprintf("of these %s of its rows get no gradient and %s of its answers lie at the bound, with %s %s and %s", percent(best.Dead), percent(best.AtBound),
				c.Candidates[equal[0]].Name, percent(c.Candidates[equal[0]].Dead), percent(c.Candidates[equal[0]].AtBound))
		}
		fmt.Fprintf(&s, "%s: its validation loss of %s differs from that of %s by no more than seeds and the choice of rows explain; %s.",
			best.Name, best.Loss, strings.Join(others, ", "), why)
	case len(able) == 1:
		fmt.Fprintf(&s, "%s: the only head that could be trained to the end, with a validation loss of %s.", best.Name, best.Loss)
	default:
		next := &c.Candidates[able[1]]
		fmt.Fprintf(&s, "%s: its validation loss of %s is the lowest; the next is %s with %s, further away than seeds and the choice of rows explain.",
			best.Name, best.Loss, next.Name, next.Loss)
	}
	c.besides(&s, best)
	return s.String()
}

// besides compares the recommended head with the ways that are no heads.
func (c *Comparison) besides(s *strings.Builder, best *Candidate) {
	for i := range c.Candidates {
		k := &c.Candidates[i]
		if k.Kind == HeadKind || !k.complete() {
			continue
		}
		name, answers := "The unchanged model", fmt.Sprintf(", and answers down to %.4g", k.Min)
		if k.Kind == Constraint {
			name = "The weight constraint"
		}
		if k.Min >= 0 {
			answers = ", and answered nothing below 0 on these rows"
		}
		verdict := "does as well"
		if d := k.Loss.Mean - best.Loss.Mean; math.Abs(d) > noise(k, best) {
			if verdict = "does better"; d > 0 {
				verdict = "does worse"
			}
		}
		fmt.Fprintf(s, " %s %s (%s)%s.", name, verdict, k.Loss, answers)
	}
}

// String writes "0.123 ± 0.004".
func (s Spread) String() string { return fmt.Sprintf("%.4g ± %.2g", s.Mean, s.Deviation) }

func percent(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }
