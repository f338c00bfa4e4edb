package images

import (
	"image"
	"image/color"
)

// plane is a channel of a color, which may be kept at half the size.
type plane struct {
	b             []byte
	stride        int
	width, height int
}

// at is the sample nearest to a place.
func (p *plane) at(x, y int) int {
	x, y = min(max(x, 0), p.width-1), min(max(y, 0), p.height-1)
	return int(p.b[y*p.stride+x])
}

func chroma(p *image.YCbCr) (cb, cr plane, halfX, halfY int) {
	switch p.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		halfX = 1
	case image.YCbCrSubsampleRatio420:
		halfX, halfY = 1, 1
	case image.YCbCrSubsampleRatio440:
		halfY = 1
	}
	w, h := (p.Rect.Dx()+halfX)>>halfX, (p.Rect.Dy()+halfY)>>halfY
	return plane{p.Cb, p.CStride, w, h}, plane{p.Cr, p.CStride, w, h}, halfX, halfY
}

// jpegPixels are those of libjpeg-turbo: chroma at half the size is interpolated
// between its samples ("fancy upsampling"), and the conversion to RGB has 16 bits
// behind the point.
func jpegPixels(p *image.YCbCr) func(x, y int) color.NRGBA {
	cb, cr, halfX, halfY := chroma(p)
	up := func(c *plane, x, y int) int { // a ratio of neither 1 nor 2 is repeated
		off := p.COffset(x, y)
		return int(c.b[off])
	}
	switch {
	case halfX+halfY == 0, halfX == 1 && cb.width <= 2:
	case halfX == 1 && halfY == 1:
		up = func(c *plane, x, y int) int {
			cx, cy, dx, dy := x/2, y/2, 2*(x%2)-1, 2*(y%2)-1
			near := 3*c.at(cx, cy) + c.at(cx, cy+dy)
			far := 3*c.at(cx+dx, cy) + c.at(cx+dx, cy+dy)
			return (3*near + far + 8 - x%2) >> 4
		}
	case halfX == 1:
		up = func(c *plane, x, y int) int {
			return (3*c.at(x/2, y) + c.at(x/2+2*(x%2)-1, y) + 1 + x%2) >> 2
		}
	default:
		up = func(c *plane, x, y int) int {
			return (3*c.at(x, y/2) + c.at(x, y/2+2*(y%2)-1) + 1 + y%2) >> 2
		}
	}
	return func(x, y int) color.NRGBA {
		l, b, r := int(p.Y[p.YOffset(x, y)]), up(&cb, x, y)-128, up(&cr, x, y)-128
		const half = 1 << 15
		return color.NRGBA{
			R: clip(l + (91881*r+half)>>16),
			G: clip(l + (-22554*b-46802*r+half)>>16),
			B: clip(l + (116130*b+half)>>16),
			A: 255,
		}
	}
}

// webpPixels are those of libwebp: chroma is interpolated, and numbers run from
// 16 to 235 and 240.
func webpPixels(p *image.YCbCr) func(x, y int) color.NRGBA {
	cb, cr, _, _ := chroma(p)
	up := func(c *plane, x, y int) int {
		cx, cy, dx, dy := x/2, y/2, 2*(x%2)-1, 2*(y%2)-1
		here, side, over := c.at(cx, cy), c.at(cx+dx, cy), c.at(cx, cy+dy)
		sum := here + side + over + c.at(cx+dx, cy+dy) + 8
		return ((sum+2*(side+over))>>3 + here) >> 1
	}
	return func(x, y int) color.NRGBA {
		l, u, v := int(p.Y[p.YOffset(x, y)])*19077>>8, up(&cb, x, y), up(&cr, x, y)
		return color.NRGBA{
			R: clip((l + v*26149>>8 - 14234) >> 6),
			G: clip((l - u*6419>>8 - v*13320>>8 + 8708) >> 6),
			B: clip((l + u*33050>>8 - 17685) >> 6),
			A: 255,
		}
	}
}

func clip(v int) byte { return byte(min(max(v, 0), 255)) }
