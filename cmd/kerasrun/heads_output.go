package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/kerasrun/kerasrun/internal/chart"
	"github.com/kerasrun/kerasrun/lab"
)

// headsTable is the comparison for people.
func headsTable(c *lab.Comparison) string {
	header := []string{"Head", "Validation loss"}
	if c.Metric != "" {
		header = append(header, c.Metric)
	}
	t := newTable(append(header, "No gradient", "At bound", "Smallest", "Largest", "Epochs", "Time")...)
	for i := range len(t.rows[0]) - 1 {
		t.right(i + 1)
	}
	var rest strings.Builder
	for i := range c.Candidates {
		k := &c.Candidates[i]
		if why := notCompared(k); why != "" {
			fmt.Fprintf(&rest, "%s: %s\n", k.Name, why)
			if k.Skipped != "" || k.Diverged == len(k.Runs) {
				continue
			}
		}
		name := k.Name
		if i == c.Best {
			name += " *"
		}
		cells := []string{name, k.Loss.String()}
		if c.Metric != "" {
			cells = append(cells, k.Metric.String())
		}
		t.add(append(cells, fmt.Sprintf("%.3g %%", 100*k.Dead), fmt.Sprintf("%.3g %%", 100*k.AtBound), fmt.Sprintf("%.4g", k.Min),
			fmt.Sprintf("%.4g", k.Max), fmt.Sprintf("%.3g", k.Epochs), fmt.Sprintf("%.2fs", k.Time.Seconds()))...)
	}
	out := fmt.Sprintf("%d rows, %d to validate with; %s; %d epochs from %d seeds\n\n", c.Rows, c.ValidationRows, c.Loss, c.Epochs, c.Seeds) + t.String()
	if rest.Len() > 0 {
		out += "\n" + rest.String()
	}
	return out
}

// notCompared says why a candidate's numbers are missing or of fewer runs.
func notCompared(k *lab.Candidate) string {
	if k.Skipped != "" {
		return "not trained: " + k.Skipped
	}
	for _, r := range k.Runs {
		if r.Diverged != "" {
			return fmt.Sprintf("%d of %d runs left the finite numbers: %s", k.Diverged, len(k.Runs), r.Diverged)
		}
	}
	return ""
}

// headsCurves draws the validation losses on one scale, to the logarithm where they
// are positive, three beside each other.
func headsCurves(c *lab.Comparison) string {
	const columns, lines, beside = 24, 4, 3
	type panel struct {
		title  string
		values []float64
	}
	var panels []panel
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range c.Candidates {
		if k := &c.Candidates[i]; k.Skipped == "" && k.Diverged < len(k.Runs) {
			values := meanLoss(k)
			for _, v := range values {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
			panels = append(panels, panel{fmt.Sprintf("%-12s %.3g to %.3g", k.Name, values[0], values[len(values)-1]), values})
		}
	}
	scale := func(v float64) float64 { return v }
	if lo > 0 {
		scale = math.Log
	}
	var b strings.Builder
	for first := 0; first < len(panels); first += beside {
		if first > 0 {
			b.WriteByte('\n')
		}
		t := newTable()
		rows := make([][]string, lines+1)
		for _, p := range panels[first:min(first+beside, len(panels))] {
			for i, v := range p.values {
				p.values[i] = scale(v)
			}
			curve := chart.Braille(p.values, scale(lo), scale(hi), columns, lines)
			for i, line := range append([]string{p.title}, curve...) {
				rows[i] = append(rows[i], line)
			}
		}
		for _, r := range rows {
			t.add(r...)
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// meanLoss is the validation loss by epoch, over the runs that reached it.
func meanLoss(k *lab.Candidate) (values []float64) {
	for e := 0; ; e++ {
		var all []float64
		for _, r := range k.Runs {
			if e < len(r.ValidationLoss) {
				all = append(all, r.ValidationLoss[e])
			}
		}
		if all == nil {
			return values
		}
		values = append(values, lab.SpreadOf(all).Mean)
	}
}

// fold breaks a text into lines.
func fold(text string, width int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// headsJSON prints the comparison as programs read it. What JSON has no number for is
// null.
func headsJSON(w *bufio.Writer, c *lab.Comparison) error {
	type run struct {
		Seed           uint64     `json:"seed"`
		Loss           []*float64 `json:"loss"`
		ValidationLoss []*float64 `json:"val_loss"`
		Metric         []*float64 `json:"val_metric,omitempty"`
		Gradient       []*float64 `json:"gradient"`
		Best           int        `json:"best_epoch"` // counted from 1, 0 without one
		Seconds        float64    `json:"seconds"`
		Diverged       string     `json:"diverged,omitempty"`
	}
	type spread struct {
		Mean      *float64 `json:"mean"`
		Deviation *float64 `json:"deviation"`
	}
	type candidate struct {
		Name     string   `json:"name"`
		How      string   `json:"how,omitempty"`
		Skipped  string   `json:"skipped,omitempty"`
		Loss     *spread  `json:"val_loss,omitempty"`
		Metric   *spread  `json:"val_metric,omitempty"`
		Dead     *float64 `json:"no_gradient,omitempty"`
		AtBound  *float64 `json:"at_bound,omitempty"`
		Min      *float64 `json:"min,omitempty"`
		Max      *float64 `json:"max,omitempty"`
		Epochs   *float64 `json:"epochs_to_1_percent,omitempty"`
		Diverged int      `json:"diverged,omitempty"`
		Runs     []run    `json:"runs,omitempty"`
	}
	out := struct {
		Rows           int         `json:"rows"`
		ValidationRows int         `json:"validation_rows"`
		Epochs         int         `json:"epochs"`
		Seeds          int         `json:"seeds"`
		Loss           string      `json:"loss"`
		Metric         string      `json:"metric,omitempty"`
		Notes          []string    `json:"notes,omitempty"`
		Candidates     []candidate `json:"candidates"`
		Best           string      `json:"best,omitempty"`
		Recommendation string      `json:"recommendation"`
	}{c.Rows, c.ValidationRows, c.Epochs, c.Seeds, c.Loss, c.Metric, c.Notes, nil, "", c.Recommendation}
	if c.Best >= 0 {
		out.Best = c.Candidates[c.Best].Name
	}
	for i := range c.Candidates {
		k := &c.Candidates[i]
		o := candidate{Name: k.Name, How: k.How, Skipped: k.Skipped, Diverged: k.Diverged}
		if k.Skipped == "" && k.Diverged < len(k.Runs) {
			o.Loss = &spread{finite(k.Loss.Mean), finite(k.Loss.Deviation)}
			if c.Metric != "" {
				o.Metric = &spread{finite(k.Metric.Mean), finite(k.Metric.Deviation)}
			}
			o.Dead, o.AtBound, o.Min, o.Max, o.Epochs = &k.Dead, &k.AtBound, finite(k.Min), finite(k.Max), &k.Epochs
		}
		for _, r := range k.Runs {
			o.Runs = append(o.Runs, run{r.Seed, finites(r.TrainLoss), finites(r.ValidationLoss), finites(r.MetricValues), finites(r.Gradient),
				r.Best + 1, r.Time.Seconds(), r.Diverged})
		}
		out.Candidates = append(out.Candidates, o)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func finites(values []float64) []*float64 {
	var out []*float64
	for _, v := range values {
		out = append(out, finite(v))
	}
	return out
}
