package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// imageSize is what the layers have in common that give images a size.
type imageSize struct {
	layers.Common
	layers.Spatial
	Height int `keras:"height"`
	Width  int `keras:"width"`
}

func newImageSize() imageSize { return imageSize{Spatial: layers.Spatial{Rank: 2}} }

// Validate implements Validator.
func (l *imageSize) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	if l.Height < 1 {
		d.Broken("height must be >= 1, received %d", l.Height)
	}
	if l.Width < 1 {
		d.Broken("width must be >= 1, received %d", l.Width)
	}
}

// Build implements Layer.
func (l *imageSize) Build(in []runtime.Shape) ([]layers.Weight, error) { return l.Spatial.Build(in) }

// resized is an image of (batch, height, width, channels) in the layer's size.
// Integers are rounded and stay integers.
func (l *imageSize) resized(c *layers.Call, x *runtime.Value, m runtime.Interpolation, keepAspect bool) *runtime.Value {
	dtype := x.DType
	x = c.Cast(x, runtime.Float32)
	if keepAspect {
		h, w := x.Shape[1], x.Shape[2]
		if h < 1 || w < 1 {
			return c.Fail(&runtime.ShapeError{Where: c.Scope, What: "crop_to_aspect_ratio", Wanted: "known sizes", Received: x.Shape.String()})
		}
		height := max(1, min(h, int(float64(w)*float64(l.Height)/float64(l.Width))))
		width := max(1, min(w, int(float64(h)*float64(l.Width)/float64(l.Height))))
		x = crop(c, x, (h-height)/2, (w-width)/2, height, width)
	}
	y := c.Resize(c.Resize(x, 1, l.Height, m), 2, l.Width, m)
	if dtype != runtime.Float32 {
		y = c.Cast(c.Round(y), dtype)
	}
	return y
}

// crop takes a part of (batch, height, width, channels).
func crop(c *layers.Call, x *runtime.Value, top, left, height, width int) *runtime.Value {
	return c.Slice(x, runtime.Whole, runtime.Range{From: top, To: top + height, Step: 1}, runtime.Range{From: left, To: left + width, Step: 1})
}
