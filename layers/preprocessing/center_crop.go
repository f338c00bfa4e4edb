package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("CenterCrop", func() layers.Layer { return &CenterCrop{newImageSize()} })
}

// CenterCrop takes the middle of images, or resizes those that are too small
// (keras/src/layers/preprocessing/image_preprocessing/center_crop.py).
type CenterCrop struct{ imageSize }

// Call implements Layer.
func (l *CenterCrop) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(layers.EachImage(c, &l.Spatial, in[0].Value, func(x *runtime.Value) *runtime.Value {
		h, w := x.Shape[1], x.Shape[2]
		if h < 0 || w < 0 {
			return c.Fail(&runtime.ShapeError{What: "input", Wanted: "known sizes", Received: in[0].Shape.String()})
		}
		if h >= l.Height && w >= l.Width {
			return layers.CropImages(c, x, (h-l.Height)/2, (w-l.Width)/2, l.Height, l.Width)
		}
		return l.resized(c, x, layers.ImageSize{Method: runtime.Bilinear, Crop: true})
	}))
}
