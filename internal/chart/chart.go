package chart

import (
	"image/color"
	"io"
	"math"
	"strconv"
)

// Chart is lines over a common axis that counts from 1.
type Chart struct {
	Title string
	X     string // the name of the axis
	Lines []Line
}

// Line is a named series. Values that are not finite leave a gap.
type Line struct {
	Name string
	Y    []float64
}

// The picture's size and the margins around the axes, in pixels.
const (
	width, height = 960, 540
	left, right   = 80, 30
	top, bottom   = 60, 60
)

// palette has the colors of the lines: those of Okabe and Ito, which people with
// any color vision tell apart.
var palette = []color.RGBA{{0, 114, 178, 255}, {213, 94, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255}, {230, 159, 0, 255}, {86, 180, 233, 255}}

var (
	ink  = color.RGBA{40, 40, 40, 255}
	grid = color.RGBA{225, 225, 225, 255}
)

// point is a place in the picture.
type point struct{ x, y float64 }

// anchor says which part of a text stands at its place.
type anchor int

const (
	start anchor = iota
	middle
	end
)

// canvas is what charts are drawn on.
type canvas interface {
	line(p []point, width float64, c color.RGBA)
	text(at point, a anchor, s string, c color.RGBA)
}

// PNG writes the chart as a picture.
func (c *Chart) PNG(w io.Writer) error {
	r := newRaster(width, height)
	c.draw(r)
	return r.write(w)
}

// SVG writes the chart as a drawing.
func (c *Chart) SVG(w io.Writer) error {
	v := &vector{}
	c.draw(v)
	return v.write(w)
}

func (c *Chart) draw(to canvas) {
	x, y := c.axes()
	to.text(point{width / 2, 20}, middle, c.Title, ink)
	to.text(point{width / 2, height - bottom/4}, middle, c.X, ink)
	for _, t := range y.ticks() {
		at := y.place(t)
		to.line([]point{{left, at}, {width - right, at}}, 1, grid)
		to.text(point{left - 8, at + 4}, end, y.label(t), ink)
	}
	for _, t := range x.ticks() {
		at := x.place(t)
		to.line([]point{{at, height - bottom}, {at, height - bottom + 5}}, 1, ink)
		to.text(point{at, height - bottom + 20}, middle, x.label(t), ink)
	}
	to.line([]point{{left, top}, {left, height - bottom}, {width - right, height - bottom}}, 1, ink)
	legend := float64(left)
	for i, l := range c.Lines {
		color := palette[i%len(palette)]
		for _, run := range runs(l.Y, x, y) {
			to.line(run, 2, color)
		}
		to.line([]point{{legend, 38}, {legend + 25, 38}}, 2, color)
		to.text(point{legend + 32, 42}, start, l.Name, ink)
		legend += 60 + 7*float64(len(l.Name))
	}
}

// axes scales both axes to the lines.
func (c *Chart) axes() (x, y axis) {
	x = axis{lo: 1, hi: 2, from: left, to: width - right, whole: true}
	y = axis{lo: math.Inf(1), hi: math.Inf(-1), from: height - bottom, to: top}
	for _, l := range c.Lines {
		x.hi = math.Max(x.hi, float64(len(l.Y)))
		y.cover(l.Y)
	}
	y.open()
	margin := y.hi/20 - y.lo/20
	y.lo, y.hi = y.lo-margin, y.hi+margin
	return x, y
}

// runs splits a series where values are not finite. A single value becomes a
// short dash.
func runs(values []float64, x, y axis) [][]point {
	var out [][]point
	var run []point
	flush := func() {
		if len(run) == 1 {
			p := run[0]
			run = []point{{p.x - 3, p.y}, {p.x + 3, p.y}}
		}
		if run != nil {
			out = append(out, run)
		}
		run = nil
	}
	for i, v := range values {
		if !isFinite(v) {
			flush()
			continue
		}
		run = append(run, point{x.place(float64(i + 1)), y.place(v)})
	}
	flush()
	return out
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// axis maps numbers to pixels.
type axis struct {
	lo, hi   float64
	from, to float64
	whole    bool // only whole numbers are marked
	log      bool // lengths are ratios
}

func (a axis) place(v float64) float64 {
	if a.log {
		v, a.lo, a.hi = math.Log(v), math.Log(a.lo), math.Log(a.hi)
	}
	return a.from + (v-a.lo)/(a.hi-a.lo)*(a.to-a.from)
}

// step is the distance of the marks: 1, 2 or 5 times a power of ten, so that
// there are at most ten.
func (a axis) step() float64 {
	rough := a.hi/10 - a.lo/10
	unit := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 5, 10} {
		if s := m * unit; s >= rough && (!a.whole || s >= 1) {
			return s
		}
	}
	return math.Max(10*unit, 1)
}

func (a axis) ticks() []float64 {
	if a.log {
		return a.logTicks()
	}
	step := a.step()
	var out []float64
	for i := math.Ceil(a.lo / step); i*step <= a.hi && len(out) < 50; i++ {
		out = append(out, i*step)
	}
	return out
}

// logTicks are powers of ten, and 2 and 5 times these where there are few.
func (a axis) logTicks() []float64 {
	factors := []float64{1}
	if a.hi/a.lo < 1e4 {
		factors = []float64{1, 2, 5}
	}
	var out []float64
	for e := math.Floor(math.Log10(a.lo)); e <= math.Log10(a.hi) && len(out) < 50; e++ {
		for _, f := range factors {
			if v := f * math.Pow(10, e); v >= a.lo && v <= a.hi {
				out = append(out, v)
			}
		}
	}
	return out
}

func (a axis) label(v float64) string {
	return strconv.FormatFloat(v, 'g', 6, 64)
}
