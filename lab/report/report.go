package report

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/internal/chart"
	"github.com/kerasrun/kerasrun/lab"
)

//go:embed page.css
var style string

// row is a line of the table.
type row struct {
	Name, How, Loss, Metric, Dead, AtBound, Min, Max, Epochs, Time, Skipped string
	Best                                                                    bool
}

// HTML writes the page. model names what was compared. It is written without
// html/template, with which the linker would keep every method of the command.
func HTML(w io.Writer, c *lab.Comparison, model string) error {
	p := &page{}
	p.add(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Heads for %s</title>
`, model)
	p.raw("<style>" + chart.Style + "\n" + style + "</style>\n</head>\n<body>\n")
	p.add("<h1>Heads for %s</h1>\n<p class=\"verdict\">%s</p>\n", model, c.Recommendation)
	for _, n := range c.Notes {
		p.add("<p>Note: %s.</p>\n", n)
	}
	p.add("<p>Each was trained on the same %d rows for %d epochs from %d seeds, and judged on %d other rows by %s, each run by its best epoch.</p>\n",
		c.Rows, c.Epochs, c.Seeds, c.ValidationRows, c.Loss)
	p.table(c)
	p.raw("<p>Without gradient: training rows whose answer is off though their loss has derivative 0 at the head. At the bound: answers that lie on an end of the head's range. Smallest and largest: answers on the validation rows, of all seeds. Epochs to 1 %: until the validation loss is within 1 % of the run's best.</p>\n<h2>Learning</h2>\n")
	for _, f := range []*chart.Figure{lossCurves(c), trainCurves(c), gradientCurves(c)} {
		p.raw(f.SVG() + "\n") // whose texts are escaped
	}
	p.answers(c)
	p.raw("</body>\n</html>\n")
	_, err := io.WriteString(w, p.b.String())
	return err
}

// page gathers the text.
type page struct{ b strings.Builder }

func (p *page) raw(s string) { p.b.WriteString(s) }

// add writes text with arguments, which are escaped.
func (p *page) add(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = html.EscapeString(s)
		}
	}
	fmt.Fprintf(&p.b, format, args...)
}

func (p *page) table(c *lab.Comparison) {
	p.raw(`<div class="wide"><table>` + "\n<tr><th>head</th><th>validation loss</th>")
	if c.Metric != "" {
		p.add("<th>%s</th>", c.Metric)
	}
	p.raw("<th>without gradient</th><th>at the bound</th><th>smallest</th><th>largest</th><th>epochs to 1 %</th><th>time</th></tr>\n")
	for i := range c.Candidates {
		r := rowOf(&c.Candidates[i], i == c.Best)
		best, star := "", ""
		if r.Best {
			best, star = ` class="best"`, " ★"
		}
		p.raw("<tr" + best + ">")
		p.add(`<td>%s%s<div class="how">%s</div></td>`, r.Name, star, r.How)
		if r.Skipped != "" {
			p.add(`<td class="skipped" colspan="8">not compared: %s</td></tr>`+"\n", r.Skipped)
			continue
		}
		cells := []string{r.Loss, r.Metric, r.Dead, r.AtBound, r.Min, r.Max, r.Epochs, r.Time}
		if c.Metric == "" {
			cells = slices.Delete(cells, 1, 2)
		}
		for _, v := range cells {
			p.add("<td>%s</td>", v)
		}
		p.raw("</tr>\n")
	}
	p.raw("</table></div>\n")
}

func (p *page) answers(c *lab.Comparison) {
	var figures []string
	for i := range c.Candidates {
		if d := distribution(c, i); d != nil {
			figures = append(figures, d.SVG(), calibration(c, i).SVG())
		}
	}
	if len(figures) == 0 {
		return
	}
	p.raw("<h2>Answers on the validation rows</h2>\n" + `<div class="panels">`)
	for _, f := range figures {
		p.raw("<div>" + f + "</div>\n")
	}
	p.raw("</div>\n")
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
