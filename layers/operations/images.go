package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Resize", func(o *opCall) v {
		size := o.axes("size")
		method, ok := layers.InterpolationNamed(o.text("interpolation", "bilinear"))
		if o.flag("preserve_aspect_ratio", false) {
			return o.fail("resize with preserve_aspect_ratio")
		}
		if !ok || len(size) != 2 {
			return o.fail("resize to %v by the method %q", size, o.text("interpolation", ""))
		}
		return o.images(func(x v) v {
			if o.options["fill_mode"] != nil && layers.IsInteger(x.DType) && method != runtime.Nearest {
				return o.fail("resize of integers, which Keras 3.8 and later round and those before do not")
			}
			s := layers.ImageSize{Height: size[0], Width: size[1], Method: method, Crop: o.flag("crop_to_aspect_ratio", false), Pad: o.flag("pad_to_aspect_ratio", false), Fill: o.number("fill_value", 0)}
			if o.flag("antialias", false) {
				s.Method = method.Smooth()
			}
			y := s.Resize(o.Call, o.Cast(x, runtime.Float32))
			if o.text("interpolation", "bilinear") == "nearest" {
				return o.Cast(y, x.DType)
			}
			return y
		})
	}, "size", "interpolation", "antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio", "fill_mode", "fill_value", "data_format")
	registerOperation("RGBToGrayscale", func(o *opCall) v {
		return o.images(func(x v) v {
			return o.Sum(o.Mul(o.Cast(x, runtime.Float32), o.Floats(0.2989, 0.587, 0.114)), []int{-1}, true)
		})
	}, "data_format")
	for class, shrink := range map[string]bool{"DepthToSpace": false, "SpaceToDepth": true} {
		registerOperation(class, func(o *opCall) v {
			return o.images(func(x v) v {
				n := o.whole("block_size", 0)
				if n < 1 || !x.Shape[1:].Known() || !shrink && x.Shape[3]%(n*n) != 0 || shrink && (x.Shape[1]%n != 0 || x.Shape[2]%n != 0) {
					return o.fail("blocks of %d of %s: known sizes that it divides wanted", n, x.Shape)
				}
				h, w, c := x.Shape[1], x.Shape[2], x.Shape[3]
				if shrink {
					y := o.Transpose(o.Reshape(x, runtime.CopyAxis(0), h/n, n, w/n, n, c), 0, 1, 3, 2, 4, 5)
					return o.Reshape(y, runtime.CopyAxis(0), h/n, w/n, n*n*c)
				}
				y := o.Transpose(o.Reshape(x, runtime.CopyAxis(0), h, w, n, n, c/(n*n)), 0, 1, 3, 2, 4, 5)
				return o.Reshape(y, runtime.CopyAxis(0), h*n, w*n, c/(n*n))
			})
		}, "block_size", "data_format")
	}
	registerOperation("PadImages", func(o *opCall) v {
		return o.images(func(x v) v {
			top, bottom := o.margins(x.Shape[1], "top_padding", "bottom_padding", "target_height", -1)
			left, right := o.margins(x.Shape[2], "left_padding", "right_padding", "target_width", -1)
			return o.Pad(x, []int{0, top, left, 0}, []int{0, bottom, right, 0}, 0)
		})
	}, "top_padding", "bottom_padding", "left_padding", "right_padding", "target_height", "target_width", "data_format")
	registerOperation("CropImages", func(o *opCall) v {
		return o.images(func(x v) v {
			h, w := x.Shape[1], x.Shape[2]
			top, bottom := o.margins(h, "top_cropping", "bottom_cropping", "target_height", 1)
			left, right := o.margins(w, "left_cropping", "right_cropping", "target_width", 1)
			if h < 0 || w < 0 || top+bottom > h || left+right > w {
				return o.fail("cropping of %s by %d, %d, %d and %d", x.Shape, top, bottom, left, right)
			}
			return o.within(o.within(x, 1, top, h-bottom), 2, left, w-right)
		})
	}, "top_cropping", "bottom_cropping", "left_cropping", "right_cropping", "target_height", "target_width", "data_format")
}

// images calls f with the images of the call, (batch, height, width, channels);
// one without a batch is a batch of one.
func (o *opCall) images(f func(x *runtime.Value) *runtime.Value) *runtime.Value {
	v := o.arg(0, "images")
	if v == nil {
		v = o.Keyword("x")
	}
	x := o.value(v)
	s := layers.Spatial{Rank: 2, DataFormat: o.text("data_format", "")}
	if x.Rank() == 3 || x.Rank() == 4 {
		return layers.EachImage(o.Call, &s, x, f)
	}
	return o.fail("images of rank 3 or 4 wanted, received %s", x.Shape)
}

// margins reads how much of an axis of that size is padded or, with sign 1, cropped
// before and behind; the target says what the other two leave open.
func (o *opCall) margins(size int, before, after, target string, sign int) (int, int) {
	given := func(key string) bool { return o.options[key] != nil }
	b, a := o.whole(before, 0), o.whole(after, 0)
	if given(target) {
		if size < 0 {
			o.fail("%s wants images of known size", target)
		}
		rest := sign * (size - o.whole(target, 0))
		switch {
		case !given(before):
			b = rest - a
		case !given(after):
			a = rest - b
		}
	}
	if a < 0 || b < 0 || a > 1<<24 || b > 1<<24 {
		o.fail("margins >= 0 wanted, received %d and %d", b, a)
	}
	return b, a
}
