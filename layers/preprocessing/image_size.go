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

// Build implements Layer. An image may come without a batch.
func (l *imageSize) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if len(in) == 1 && len(in[0]) == 3 {
		return nil, nil
	}
	return l.Spatial.Build(in)
}

// resized is images of (batch, height, width, channels) in the layer's size.
// Integers are rounded and stay integers.
func (l *imageSize) resized(c *layers.Call, x *runtime.Value, s layers.ImageSize) *runtime.Value {
	s.Height, s.Width = l.Height, l.Width
	y := s.Resize(c, c.Cast(x, runtime.Float32))
	if x.DType != runtime.Float32 {
		y = c.Cast(c.Round(y), x.DType)
	}
	return y
}
