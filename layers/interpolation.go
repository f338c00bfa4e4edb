package layers

import "github.com/kerasrun/kerasrun/runtime"

var interpolations = map[string]runtime.Interpolation{
	"nearest": runtime.Nearest, "bilinear": runtime.Bilinear, "bicubic": runtime.Bicubic,
	"bilinear_from_0": runtime.BilinearFrom0, // of Keras 2 before tf.keras
	"lanczos3":        runtime.Lanczos3, "lanczos5": runtime.Lanczos5, "area": runtime.Area,
}

// InterpolationNamed returns the method that Keras calls so.
func InterpolationNamed(name string) (runtime.Interpolation, bool) {
	m, ok := interpolations[name]
	return m, ok
}

// ImageSize says how images get another size (keras/src/backend/tensorflow/image.py,
// resize).
type ImageSize struct {
	Height, Width int
	Method        runtime.Interpolation

	Crop bool // keep the aspect ratio by cutting off what is too much
	Pad  bool // keep it by adding Fill
	Fill float32
}

// Resize adds float images of (batch, height, width, channels) in another size.
func (s ImageSize) Resize(c *Call, x *runtime.Value) *runtime.Value {
	if s.Crop || s.Pad {
		h, w := x.Shape[1], x.Shape[2]
		if h < 1 || w < 1 {
			return c.Fail(&runtime.ShapeError{Where: c.Scope, What: "aspect ratio", Wanted: "known sizes", Received: x.Shape.String()})
		}
		height, width := fraction(w*s.Height, s.Width), fraction(h*s.Width, s.Height)
		if s.Crop {
			height, width = max(1, min(h, height)), max(1, min(w, width))
			x = CropImages(c, x, (h-height)/2, (w-width)/2, height, width)
		} else {
			top, left := (max(h, height)-h)/2, (max(w, width)-w)/2 // an odd rest is not padded
			x = c.Pad(x, []int{0, top, left, 0}, []int{0, top, left, 0}, s.Fill)
		}
	}
	return c.Resize(c.Resize(x, 1, s.Height, s.Method), 2, s.Width, s.Method)
}

// fraction divides in float32, as Keras does, and cuts the rest off.
func fraction(x, y int) int { return int(float32(x) / float32(y)) }

// CropImages takes a part of images of (batch, height, width, channels).
func CropImages(c *Call, x *runtime.Value, top, left, height, width int) *runtime.Value {
	return c.Slice(x, runtime.Whole, runtime.Range{From: top, To: top + height, Step: 1}, runtime.Range{From: left, To: left + width, Step: 1})
}

// EachImage applies f to images in the order (batch, height, width, channels), or to
// one that comes without a batch, and gives the answer the order of s back.
func EachImage(c *Call, s *Spatial, x *runtime.Value, f func(x *runtime.Value) *runtime.Value) *runtime.Value {
	if x.Rank() == 3 {
		return c.Squeeze(s.FromChannelsLast(c, f(s.ToChannelsLast(c, c.ExpandDims(x, 0)))), 0)
	}
	return s.FromChannelsLast(c, f(s.ToChannelsLast(c, x)))
}
