package images

import (
	"math"
)

// filter is a kernel of Pillow's resampling, zero from support on.
type filter struct {
	support float64
	at      func(x float64) float64
}

var filters = map[string]filter{
	"box": {0.5, func(x float64) float64 {
		if x > -0.5 && x <= 0.5 {
			return 1
		}
		return 0
	}},
	"bilinear": {1, func(x float64) float64 { return max(0, 1-math.Abs(x)) }},
	"hamming": {1, func(x float64) float64 {
		x = math.Abs(x)
		if x == 0 {
			return 1
		}
		if x >= 1 {
			return 0
		}
		x *= math.Pi
		return math.Sin(x) / x * (0.54 + 0.46*math.Cos(x))
	}},
	"bicubic": {2, func(x float64) float64 {
		const a = -0.5
		if x = math.Abs(x); x < 1 {
			return ((a+2)*x-(a+3))*x*x + 1
		}
		if x < 2 {
			return (((x-5)*x+8)*x - 4) * a
		}
		return 0
	}},
	"lanczos": {3, func(x float64) float64 {
		if -3 <= x && x < 3 {
			return sinc(x) * sinc(x/3)
		}
		return 0
	}},
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}

// box is a part of an image.
type box struct{ x0, y0, x1, y1 int }

// resize is Pillow's Image.resize of a part of an image. Colors are weighed by
// alpha, except by nearest.
func (m *Image) resize(width, height int, part box, method string) *Image {
	if method == "nearest" {
		return m.nearest(width, height, part)
	}
	f := filters[method]
	from := m
	if m.Channels == 4 {
		from = m.premultiplied()
	}
	// First across, only the rows that are needed, then down. What stays as it is
	// is left out.
	rows, xs, ys := from, weights(m.Width, part.x0, part.x1, width, f), weights(m.Height, part.y0, part.y1, height, f)
	if width != m.Width || part.x0 != 0 || part.x1 != width {
		rows = from.across(width, xs)
	}
	if height != m.Height || part.y0 != 0 || part.y1 != height {
		rows = rows.down(height, ys)
	}
	if m.Channels == 4 {
		return rows.straightened()
	}
	return rows
}

// taps are what one pixel is made of.
type taps struct {
	first  int
	weight []int64
}

const precision = 22 // bits behind the point

// weights are the taps of each pixel along an axis.
func weights(size, from, to, out int, f filter) []taps {
	scale := float64(to-from) / float64(out)
	stretch := max(1, scale)
	support, list := f.support*stretch, make([]taps, out)
	for i := range list {
		center := float64(from) + (float64(i)+0.5)*scale
		lo := max(0, int(center-support+0.5))
		hi := min(size, int(center+support+0.5))
		k, sum := make([]float64, hi-lo), 0.0
		for x := range k {
			k[x] = f.at((float64(x+lo) - center + 0.5) * (1 / stretch))
			sum += k[x]
		}
		list[i] = taps{lo, make([]int64, len(k))}
		for x, w := range k {
			if sum != 0 {
				w /= sum
			}
			list[i].weight[x] = int64(w*(1<<precision) + math.Copysign(0.5, w))
		}
	}
	return list
}

func (m *Image) across(width int, list []taps) *Image {
	out, n := newImage(width, m.Height, m.Channels), m.Channels
	for y := range m.Height {
		row := m.Pixels[y*m.Width*n : (y+1)*m.Width*n]
		to := out.Pixels[y*width*n:]
		for x, t := range list {
			for c := range n {
				sum := int64(1) << (precision - 1)
				for k, w := range t.weight {
					sum += w * int64(row[(t.first+k)*n+c])
				}
				to[x*n+c] = clip(int(sum >> precision))
			}
		}
	}
	return out
}

func (m *Image) down(height int, list []taps) *Image {
	out := newImage(m.Width, height, m.Channels)
	stride := m.Width * m.Channels
	for y, t := range list {
		to := out.Pixels[y*stride : (y+1)*stride]
		for x := range to {
			sum := int64(1) << (precision - 1)
			for k, w := range t.weight {
				sum += w * int64(m.Pixels[(t.first+k)*stride+x])
			}
			to[x] = clip(int(sum >> precision))
		}
	}
	return out
}

// nearest takes the pixel under the middle of each.
func (m *Image) nearest(width, height int, part box) *Image {
	xs, ys := places(part.x0, part.x1, width, m.Width), places(part.y0, part.y1, height, m.Height)
	out := newImage(width, height, m.Channels)
	to := out.Pixels
	for _, y := range ys {
		for _, x := range xs {
			to = to[copy(to, m.Pixels[(y*m.Width+x)*m.Channels:][:m.Channels]):]
		}
	}
	return out
}

// places adds step by step as Pillow does, for its rounding.
func places(from, to, out, size int) []int {
	step := float64(to-from) / float64(out)
	at, list := float64(from)+step*0.5, make([]int, out)
	for i := range list {
		list[i] = min(int(at), size-1)
		at += step
	}
	return list
}

func (m *Image) premultiplied() *Image {
	out := newImage(m.Width, m.Height, 4)
	for i := 0; i < len(m.Pixels); i += 4 {
		p, a := m.Pixels[i:], m.Pixels[i+3]
		copy(out.Pixels[i:], []byte{muldiv255(p[0], a), muldiv255(p[1], a), muldiv255(p[2], a), a})
	}
	return out
}

func (m *Image) straightened() *Image {
	for i := 0; i < len(m.Pixels); i += 4 {
		if a := int(m.Pixels[i+3]); a != 0 && a != 255 {
			for c := range 3 {
				m.Pixels[i+c] = clip(255 * int(m.Pixels[i+c]) / a)
			}
		}
	}
	return m
}
