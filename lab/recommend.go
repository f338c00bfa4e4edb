package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// recommend chooses among what keeps answers positive: the lowest validation loss,
// and among those whose distance to it is within the spread, the one that learns
// from most rows, then the quickest.
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
	c.Best = slices.MinFunc(equal, func(i, j int) int {
		if d := compare(at(i).Dead+at(i).AtBound, at(j).Dead+at(j).AtBound); d != 0 {
			return d
		}
		if d := compare(at(i).Epochs, at(j).Epochs); d != 0 {
			return d
		}
		return compare(at(i).Loss.Mean, at(j).Loss.Mean)
	})
	c.Recommendation = c.reason(able, equal)
}

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

// noise is what two candidates' means may differ by for no reason but the seeds: the
// root of the sum of their squared deviations, at least 0.1 % of the lower one.
func noise(a, b *Candidate) float64 {
	return math.Max(math.Hypot(a.Loss.Deviation, b.Loss.Deviation), 0.001*math.Min(math.Abs(a.Loss.Mean), math.Abs(b.Loss.Mean)))
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
		why := fmt.Sprintf("%s is taken for the fewest rows without gradient or answers at the bound, %s and %s, and %.3g epochs to within 1 %% of its best",
			best.Name, percent(best.Dead), percent(best.AtBound), best.Epochs)
		fmt.Fprintf(&s, "%s: its validation loss of %s differs from that of %s by no more than the spread over the seeds; %s.",
			best.Name, best.Loss, strings.Join(others, ", "), why)
	case len(able) == 1:
		fmt.Fprintf(&s, "%s: the only head that could be trained to the end, with a validation loss of %s.", best.Name, best.Loss)
	default:
		next := &c.Candidates[able[1]]
		fmt.Fprintf(&s, "%s: its validation loss of %s is the lowest; the next is %s with %s, further away than the spread over the seeds.",
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
