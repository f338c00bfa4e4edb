package chart

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Figure is a drawing for a web page: it takes its colors from the page's style, so
// that one drawing suits light and dark.
type Figure struct {
	Title, X, Y   string
	Width, Height float64 // in pixels, when the page has room
	Series        []Series
	Diagonal      bool // draw where both axes are equal, and give both the same range
	Legend        bool
}

// Series is one set of points of a figure. Points that are not finite leave a gap.
type Series struct {
	Name      string
	X, Y      []float64
	Low, High []float64 // a band around a line; nil without
	Kind      Kind
	Color     int // place in the style's palette; from Colors on, lines are dashed
}

// Kind says how a series is drawn.
type Kind int

// The kinds of series.
const (
	Lines  Kind = iota
	Points      // dots
	Bars        // from 0 up to Y, each as wide as the way to the next X
	Steps       // the outline of Bars
)

// Colors is how many colors the palette has.
const Colors = 7

// Style is what a page with figures needs inside its <style>.
const Style = `
:root{--ink:#222;--faint:#ddd;--soft:#777;--paper:#fff;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b0478a;--c4:#b07d00;--c5:#3a8fc4;--c6:#555}
@media(prefers-color-scheme:dark){:root{--ink:#ddd;--faint:#3a3a3a;--soft:#999;--paper:#181818;--c0:#5ab4e5;--c1:#ff8c4b;--c2:#3ecfa3;--c3:#e58fc4;--c4:#e6b83f;--c5:#8fcff5;--c6:#bbb}}
svg{max-width:100%;height:auto;font:12px sans-serif}svg text{fill:var(--ink)}
.grid{stroke:var(--faint)}.axis{stroke:var(--soft);fill:none}.diagonal{stroke:var(--soft);stroke-dasharray:4 4}
.line{fill:none;stroke-width:1.8}.dashed{stroke-dasharray:6 3}.band{stroke:none;opacity:.15}.bars{stroke:none;opacity:.3}.points{stroke:none;opacity:.8}
`

// frame is the figure's place for points, in pixels.
type frame struct {
	x, y axis
	b    strings.Builder
}

// SVG returns the figure as an element of a page.
func (f *Figure) SVG() string {
	w := &frame{}
	foot := 40.0
	w.x, w.y = f.scales()
	w.x.from, w.x.to = 58, f.Width-12
	w.y.from, w.y.to = f.Height-foot, 26
	if f.Legend {
		w.x.to = f.Width - 130
	}
	fmt.Fprintf(&w.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g" role="img" aria-label="%[3]s">`,
		f.Width, f.Height, html.EscapeString(f.Title))
	w.text(w.x.from, 16, "start", f.Title)
	w.text((w.x.from+w.x.to)/2, f.Height-6, "middle", f.X)
	fmt.Fprintf(&w.b, `<text transform="translate(12 %.1f) rotate(-90)" text-anchor="middle">%s</text>`, (w.y.from+w.y.to)/2, html.EscapeString(f.Y))
	for _, t := range thin(w.y.ticks(), 8) {
		at := w.y.place(t)
		fmt.Fprintf(&w.b, `<path class="grid" d="M%.1f %.1fH%.1f"/>`, w.x.from, at, w.x.to)
		w.text(w.x.from-5, at+4, "end", w.y.label(t))
	}
	for _, t := range thin(w.x.ticks(), max(3, int(f.Width/60))) {
		w.text(w.x.place(t), w.y.from+16, "middle", w.x.label(t))
	}
	if f.Diagonal {
		fmt.Fprintf(&w.b, `<path class="diagonal" d="M%.1f %.1fL%.1f %.1f"/>`, w.x.place(w.x.lo), w.y.place(w.x.lo), w.x.place(w.x.hi), w.y.place(w.x.hi))
	}
	for i, s := range f.Series {
		w.series(s)
		if f.Legend {
			y := w.y.to + 6 + 17*float64(i)
			fmt.Fprintf(&w.b, `<path class="line%s" style="stroke:var(--c%d)" d="M%.1f %.1fh22"/>`, dashed(s), s.Color%Colors, w.x.to+10, y-4)
			w.text(w.x.to+37, y, "start", s.Name)
		}
	}
	fmt.Fprintf(&w.b, `<path class="axis" d="M%.1f %.1fV%.1fH%.1f"/></svg>`, w.x.from, w.y.to, w.y.from, w.x.to)
	return w.b.String()
}

func dashed(s Series) string {
	if s.Color >= Colors {
		return " dashed"
	}
	return ""
}

// thin leaves every second of the marks out until they are few.
func thin(ticks []float64, most int) []float64 {
	for len(ticks) > most {
		var out []float64
		for i := 0; i < len(ticks); i += 2 {
			out = append(out, ticks[i])
		}
		ticks = out
	}
	return ticks
}

func (w *frame) text(x, y float64, anchor, s string) {
	fmt.Fprintf(&w.b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(s))
}

// series draws one set of points.
func (w *frame) series(s Series) {
	color := fmt.Sprintf("var(--c%d)", s.Color%Colors)
	if s.Low != nil {
		w.band(s, color)
	}
	var path strings.Builder
	open := false
	for i := range s.Y {
		x, y := w.x.place(s.X[i]), w.y.place(w.clip(s.Y[i]))
		if !isFinite(x) || !isFinite(y) {
			open = false
			continue
		}
		switch s.Kind {
		case Points:
			fmt.Fprintf(&w.b, `<circle class="points" style="fill:%s" cx="%.1f" cy="%.1f" r="3"/>`, color, x, y)
		case Bars:
			if i+1 < len(s.X) {
				fmt.Fprintf(&w.b, `<rect class="bars" style="fill:%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, color, x, y, w.x.place(s.X[i+1])-x, math.Max(w.y.from-y, 0))
			}
		case Steps:
			if i+1 < len(s.X) {
				fmt.Fprintf(&path, "%s%.1f %.1fH%.1f", [2]string{"M", "L"}[b2i(open)], x, y, w.x.place(s.X[i+1]))
			}
			open = true
		default:
			fmt.Fprintf(&path, "%s%.1f %.1f", [2]string{"M", "L"}[b2i(open)], x, y)
			open = true
		}
	}
	if path.Len() > 0 {
		fmt.Fprintf(&w.b, `<path class="line%s" style="stroke:%s" d="%s"><title>%s</title></path>`, dashed(s), color, path.String(), html.EscapeString(s.Name))
	}
}

func (w *frame) band(s Series, color string) {
	var there, back strings.Builder
	n := 0
	for i := range s.Low {
		x, lo, hi := w.x.place(s.X[i]), w.y.place(w.clip(s.Low[i])), w.y.place(w.clip(s.High[i]))
		if isFinite(lo) && isFinite(hi) {
			fmt.Fprintf(&there, "%.1f,%.1f ", x, lo)
			n++
		}
		if k := len(s.Low) - 1 - i; isFinite(s.High[k]) && isFinite(s.Low[k]) {
			fmt.Fprintf(&back, "%.1f,%.1f ", w.x.place(s.X[k]), w.y.place(w.clip(s.High[k])))
		}
	}
	if n > 1 {
		fmt.Fprintf(&w.b, `<polygon class="band" style="fill:%s" points="%s%s"/>`, color, there.String(), back.String())
	}
}

// clip keeps a value inside of the figure; what is not finite stays so.
func (w *frame) clip(v float64) float64 {
	if !isFinite(v) {
		return v
	}
	return math.Min(math.Max(v, w.y.lo), w.y.hi)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// scales fits the axes to the series. Lines of positive numbers of which the largest
// is more than 8 times the smallest are drawn to the logarithm.
func (f *Figure) scales() (x, y axis) {
	x, y = axis{lo: math.Inf(1), hi: math.Inf(-1)}, axis{lo: math.Inf(1), hi: math.Inf(-1)}
	lines := true
	for _, s := range f.Series {
		x.cover(s.X)
		y.cover(s.Y)
		switch s.Kind {
		case Bars, Steps:
			y.cover([]float64{0})
			lines = false
		case Points:
			lines = false
		}
	}
	if f.Diagonal {
		x.cover([]float64{y.lo, y.hi})
		y.lo, y.hi = x.lo, x.hi
	}
	x.open()
	y.open()
	if y.log = lines && !f.Diagonal && y.lo > 0 && y.hi > 8*y.lo; y.log {
		return x, y
	}
	margin := y.hi/20 - y.lo/20
	if y.hi += margin; lines || f.Diagonal {
		y.lo -= margin
	}
	return x, y
}

// cover makes the axis reach all finite values.
func (a *axis) cover(values []float64) {
	for _, v := range values {
		if isFinite(v) {
			a.lo, a.hi = math.Min(a.lo, v), math.Max(a.hi, v)
		}
	}
}

// open makes an axis of no length have some.
func (a *axis) open() {
	if a.lo > a.hi {
		a.lo, a.hi = 0, 1
	}
	if a.lo == a.hi {
		margin := math.Max(math.Abs(a.lo)*0.1, 1e-6)
		a.lo, a.hi = a.lo-margin, a.hi+margin
	}
}
