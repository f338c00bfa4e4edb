package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
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
	BoundingBoxFormat any     `keras:"bounding_box_format"` // of what is not an image

	// StaysFloat asks for the floats that Keras 2 makes of integers. Package keras
	// sets it.
	StaysFloat bool `keras:"stays_float"`
}

// Validate implements Validator.
func (l *Resizing) Validate(d *layers.Decoder) {
	l.imageSize.Validate(d)
	if _, ok := layers.InterpolationNamed(l.Interpolation); !ok {
		d.Unsupported("interpolation=%q", l.Interpolation)
	}
	if l.PadToAspectRatio && l.CropToAspectRatio {
		d.Broken("crop_to_aspect_ratio and pad_to_aspect_ratio cannot both be true")
	}
	if l.FillMode != "constant" {
		d.Broken("fill_mode must be constant, received %q", l.FillMode)
	}
}

// Call implements Layer.
func (l *Resizing) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	size := layers.ImageSize{Crop: l.CropToAspectRatio, Pad: l.PadToAspectRatio, Fill: float32(l.FillValue)}
	size.Method, _ = layers.InterpolationNamed(l.Interpolation)
	if l.Antialias {
		size.Method = size.Method.Smooth()
	}
	return layers.One(layers.EachImage(c, &l.Spatial, in[0].Value, func(x *runtime.Value) *runtime.Value {
		if l.StaysFloat {
			x = layers.Floats(c, x)
		}
		return l.resized(c, x, size)
	}))
}
