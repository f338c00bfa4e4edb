package images

import (
	"fmt"
	"slices"
)

// Options say how an image becomes what a model takes.
type Options struct {
	// Dataset reads as image_dataset_from_directory does, else as load_img.
	Dataset bool
	// Interpolation is Keras' name for the way to resize; "" is the default:
	// nearest for load_img, bilinear for a dataset.
	Interpolation string
	// Crop keeps the aspect ratio by cutting away what is too much, in the middle:
	// keep_aspect_ratio of load_img, crop_to_aspect_ratio of a dataset.
	Crop bool
}

// Check refuses what cannot be done as Keras does it.
func (o Options) Check() error {
	known := []string{"nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"}
	if o.Dataset {
		known = known[:2]
	}
	if o.Interpolation == "" || slices.Contains(known, o.Interpolation) {
		return nil
	}
	return fmt.Errorf("interpolation must be one of %v, received %q", known, o.Interpolation)
}

// Fit appends an image's numbers, 0 to 255, height by width by channels.
func (o Options) Fit(out []float32, m *Image, height, width int) []float32 {
	if m.Width == width && m.Height == height {
		return appendBytes(out, m.Pixels)
	}
	part := box{0, 0, m.Width, m.Height}
	if o.Crop {
		w, h := min(m.Width, m.Height*width/height), min(m.Height, m.Width*height/width)
		x, y := (m.Width-w)/2, (m.Height-h)/2
		part = box{x, y, x + max(1, w), y + max(1, h)}
	}
	switch {
	case !o.Dataset && o.Interpolation == "":
		return appendBytes(out, m.resize(width, height, part, "nearest").Pixels)
	case !o.Dataset:
		return appendBytes(out, m.resize(width, height, part, o.Interpolation).Pixels)
	case o.Interpolation == "nearest":
		return m.sampled(out, height, width, part)
	}
	return m.bilinear(out, height, width, part)
}

func appendBytes(out []float32, b []byte) []float32 {
	for _, v := range b {
		out = append(out, float32(v))
	}
	return out
}

// lerp is where a pixel of the result lies between two of the image.
type lerp struct {
	lower, upper int
	t            float32
}

// lerps are those of tf.image.resize along an axis, in its float32.
func lerps(from, to, out int) []lerp {
	size := to - from
	scale, list := float32(size)/float32(out), make([]lerp, out)
	for i := range list {
		at := float32(float32(float32(i)+0.5)*scale) - 0.5
		floor := int(at)
		if at < 0 {
			floor = -1
		}
		list[i] = lerp{from + max(floor, 0), from + min(floor+1, size-1), at - float32(floor)}
	}
	return list
}

// bilinear is tf.image.resize without antialiasing. Its results are not rounded.
func (m *Image) bilinear(out []float32, height, width int, part box) []float32 {
	xs, ys, n := lerps(part.x0, part.x1, width), lerps(part.y0, part.y1, height), m.Channels
	for _, y := range ys {
		upper, lower := m.Pixels[y.lower*m.Width*n:], m.Pixels[y.upper*m.Width*n:]
		for _, x := range xs {
			for c := range n {
				l, r := x.lower*n+c, x.upper*n+c
				top := mix(float32(upper[l]), float32(upper[r]), x.t)
				bottom := mix(float32(lower[l]), float32(lower[r]), x.t)
				out = append(out, mix(top, bottom, y.t))
			}
		}
	}
	return out
}

// mix rounds each step to float32.
func mix(a, b, t float32) float32 { return a + float32(float32(b-a)*t) }

// sampled is tf.image.resize by nearest.
func (m *Image) sampled(out []float32, height, width int, part box) []float32 {
	at := func(i, from, to, n int) int {
		scale := float32(to-from) / float32(n)
		return from + min(int(float32(float32(i)+0.5)*scale), to-from-1)
	}
	for y := range height {
		row := at(y, part.y0, part.y1, height) * m.Width
		for x := range width {
			p := (row + at(x, part.x0, part.x1, width)) * m.Channels
			out = appendBytes(out, m.Pixels[p:p+m.Channels])
		}
	}
	return out
}
