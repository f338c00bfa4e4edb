package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Resizing", func() layers.Layer {
		return &Resizing{imageSize: newImageSize(), Interpolation: "bilinear", FillMode: "constant"}
	})
}

// Resizing gives images another size
// (keras/src/layers/preprocessing/image_preprocessing/resizing.py).
type Resizing struct {
	imageSize
	Interpolation     string  `keras:"interpolation"`
	CropToAspectRatio bool    `keras:"crop_to_aspect_ratio"`
	PadToAspectRatio  bool    `keras:"pad_to_aspect_ratio"`
	FillMode          string  `keras:"fill_mode"`
	FillValue         float64 `keras:"fill_value"`
	Antialias         bool    `keras:"antialias"`
}

// Validate implements Validator.
func (l *Resizing) Validate(d *layers.Decoder) {
	l.imageSize.Validate(d)
	if _, ok := layers.InterpolationNamed(l.Interpolation); !ok {
		d.Unsupported("interpolation=%q", l.Interpolation)
	}
	if l.PadToAspectRatio {
		d.Unsupported("pad_to_aspect_ratio=true")
	}
	if l.Antialias {
		d.Unsupported("antialias=true")
	}
}

// Call implements Layer.
func (l *Resizing) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := l.ToChannelsLast(c, in[0].Value)
	method, _ := layers.InterpolationNamed(l.Interpolation)
	return layers.One(l.FromChannelsLast(c, l.resized(c, x, method, l.CropToAspectRatio)))
}
