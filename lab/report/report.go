package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/internal/chart"
	"github.com/kerasrun/kerasrun/lab"
)

//go:embed page.html
var page string

var tmpl = template.Must(template.New("page").Parse(page))

// row is a line of the table.
type row struct {
	Name, How, Loss, Metric, Dead, AtBound, Min, Max, Epochs, Time, Skipped string
	Best                                                                    bool
}

// HTML writes the page. model names what was compared.
func HTML(w io.Writer, c *lab.Comparison, model string) error {
	data := struct {
		Model   string
		C       *lab.Comparison
		Style   template.CSS
		Rows    []row
		Curves  []template.HTML
		Answers []template.HTML
	}{Model: model, C: c, Style: chart.Style}
	for i := range c.Candidates {
		data.Rows = append(data.Rows, rowOf(&c.Candidates[i], i == c.Best))
	}
	svg := func(f *chart.Figure) template.HTML { return template.HTML(f.SVG()) } // whose texts are escaped
	for _, f := range []*chart.Figure{lossCurves(c), trainCurves(c), gradientCurves(c)} {
		data.Curves = append(data.Curves, svg(f))
	}
	for i := range c.Candidates {
		if d := distribution(c, i); d != nil {
			data.Answers = append(data.Answers, svg(d), svg(calibration(c, i)))
		}
	}
	return tmpl.Execute(w, data)
}

func rowOf(c *lab.Candidate, best bool) row {
	r := row{Name: c.Name, How: c.How, Best: best, Skipped: c.Skipped}
	if c.Diverged > 0 {
		r.Skipped = fmt.Sprintf("%d of %d runs left the finite numbers", c.Diverged, len(c.Runs))
		for _, run := range c.Runs {
			if run.Diverged != "" {
				r.Skipped += "; " + run.Diverged
				break
			}
		}
	}
	if r.Skipped != "" {
		return r
	}
	r.Loss, r.Metric = c.Loss.String(), c.Metric.String()
	r.Dead, r.AtBound = fmt.Sprintf("%.3g %%", 100*c.Dead), fmt.Sprintf("%.3g %%", 100*c.AtBound)
	r.Min, r.Max = fmt.Sprintf("%.4g", c.Min), fmt.Sprintf("%.4g", c.Max)
	r.Epochs, r.Time = fmt.Sprintf("%.3g", c.Epochs), c.Time.Round(time.Millisecond).String()
	return r
}

// trained lists the candidates of which every run came to an end.
func trained(c *lab.Comparison) (list []int) {
	for i := range c.Candidates {
		if k := &c.Candidates[i]; k.Skipped == "" && k.Diverged < len(k.Runs) {
			list = append(list, i)
		}
	}
	return list
}

// name marks the recommended candidate.
func name(c *lab.Comparison, i int) string {
	if i == c.Best {
		return c.Candidates[i].Name + " ★"
	}
	return c.Candidates[i].Name
}

// title writes a metric's or loss's name without underscores.
func title(s string) string { return strings.ReplaceAll(s, "_", " ") }
