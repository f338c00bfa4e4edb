package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer {
		return &Resizing{imageSize: imageSize{spatial: spatial{rank: 2}}, Interpolation: "bilinear", FillMode: "constant"}
	}, "Resizing")
	register(func() Layer { return &CenterCrop{imageSize{spatial: spatial{rank: 2}}} }, "CenterCrop")
	register(func() Layer { return &RandomCrop{imageSize: imageSize{spatial: spatial{rank: 2}}} }, "RandomCrop")
}

// imageSize is what the layers have in common that give images a size.
type imageSize struct {
	Common
	spatial
	Height int `keras:"height"`
	Width  int `keras:"width"`
}

// Validate implements validator.
func (l *imageSize) Validate(d *Decoder) {
	wantDataFormat(d, l.DataFormat)
	if l.Height < 1 {
		d.Broken("height must be >= 1, received %d", l.Height)
	}
	if l.Width < 1 {
		d.Broken("width must be >= 1, received %d", l.Width)
	}
}

// Build implements Layer.
func (l *imageSize) Build(in []runtime.Shape) ([]Weight, error) { return l.spatial.Build(in) }

// resized is an image of (batch, height, width, channels) in the layer's size.
// Integers are rounded and stay integers.
func (l *imageSize) resized(c *Call, x *runtime.Value, m runtime.Interpolation, keepAspect bool) *runtime.Value {
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
func crop(c *Call, x *runtime.Value, top, left, height, width int) *runtime.Value {
	return c.Slice(x, runtime.Whole, runtime.Range{From: top, To: top + height, Step: 1}, runtime.Range{From: left, To: left + width, Step: 1})
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

// Validate implements validator.
func (l *Resizing) Validate(d *Decoder) {
	l.imageSize.Validate(d)
	if _, ok := interpolations[l.Interpolation]; !ok {
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
func (l *Resizing) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := l.in(c, in[0].Value)
	return One(l.out(c, l.resized(c, x, interpolations[l.Interpolation], l.CropToAspectRatio)))
}

// CenterCrop takes the middle of images, or resizes those that are too small
// (keras/src/layers/preprocessing/image_preprocessing/center_crop.py).
type CenterCrop struct{ imageSize }

// Call implements Layer.
func (l *CenterCrop) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := l.in(c, in[0].Value)
	h, w := x.Shape[1], x.Shape[2]
	if h < 0 || w < 0 {
		return nil, &runtime.ShapeError{What: "input", Wanted: "known sizes", Received: in[0].Shape.String()}
	}
	if h >= l.Height && w >= l.Width {
		x = crop(c, x, (h-l.Height)/2, (w-l.Width)/2, l.Height, l.Width)
	} else {
		x = l.resized(c, x, runtime.Bilinear, true)
	}
	return One(l.out(c, x))
}

// RandomCrop takes a part of images in training, which is refused here. In
// inference Keras 3 leaves images alone, and Keras 2 resizes them
// (keras/src/layers/preprocessing/image_preprocessing/random_crop.py).
type RandomCrop struct {
	imageSize
	Seed any `keras:"seed"`

	// Keras2Resize asks for the inference of Keras 2. Package keras sets it.
	Keras2Resize bool `keras:"keras2_resize"`
}

// Call implements Layer.
func (l *RandomCrop) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if c.Training {
		return nil, fmt.Errorf("%s is not done in training: train a model without it on augmented data", l.Class)
	}
	if !l.Keras2Resize {
		return One(in[0].Value)
	}
	return One(l.out(c, l.resized(c, l.in(c, in[0].Value), runtime.Bilinear, true)))
}
