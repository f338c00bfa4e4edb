package chart

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// raster is a canvas of pixels.
type raster struct{ *image.RGBA }

func newRaster(width, height int) raster {
	r := raster{image.NewRGBA(image.Rect(0, 0, width, height))}
	draw.Draw(r, r.Bounds(), image.White, image.Point{}, draw.Src)
	return r
}

// line covers each pixel as far as it is within half the width of the line.
func (r raster) line(p []point, width float64, c color.RGBA) {
	cover := map[image.Point]float64{}
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		reach := width/2 + 1
		for y := int(math.Min(a.y, b.y) - reach); y <= int(math.Max(a.y, b.y)+reach); y++ {
			for x := int(math.Min(a.x, b.x) - reach); x <= int(math.Max(a.x, b.x)+reach); x++ {
				d := distance(point{float64(x) + 0.5, float64(y) + 0.5}, a, b)
				if k := math.Min(1, width/2+0.5-d); k > 0 {
					at := image.Pt(x, y)
					cover[at] = math.Max(cover[at], k)
				}
			}
		}
	}
	for at, k := range cover {
		if at.In(r.Bounds()) {
			r.blend(at, k, c)
		}
	}
}

// distance is that of p from the segment between a and b.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		t = math.Max(0, math.Min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/n))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

func (r raster) blend(at image.Point, k float64, c color.RGBA) {
	old := r.RGBAAt(at.X, at.Y)
	mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-k) + float64(b)*k + 0.5) }
	r.SetRGBA(at.X, at.Y, color.RGBA{mix(old.R, c.R), mix(old.G, c.G), mix(old.B, c.B), 255})
}

func (r raster) text(at point, a anchor, s string, c color.RGBA) {
	d := font.Drawer{Dst: r, Src: image.NewUniform(c), Face: basicfont.Face7x13}
	x := at.x - float64(d.MeasureString(s).Round())*float64(a)/2
	d.Dot = fixed.P(int(x), int(at.y))
	d.DrawString(s)
}

func (r raster) write(w io.Writer) error { return png.Encode(w, r) }
