package images

import (
	"fmt"
	"image"
	"image/color"
)

// convert makes the channels that are wanted of a decoded image.
func convert(f *format, img image.Image, config image.Config, channels int) (*Image, error) {
	switch img.(type) {
	case *image.Gray16:
		return nil, fmt.Errorf("gray of 16 bits is not supported")
	case *image.Paletted, *image.Gray, *image.YCbCr, *image.NYCbCrA, *image.RGBA, *image.NRGBA, *image.CMYK, *image.RGBA64, *image.NRGBA64:
	default:
		return nil, fmt.Errorf("pixels of type %T are not supported", img)
	}
	at, err := pixels(f, img)
	if err != nil {
		return nil, err
	}
	out := newImage(config.Width, config.Height, channels)
	b := img.Bounds() // of a GIF the first frame may be a part
	for y := max(0, b.Min.Y); y < min(b.Max.Y, out.Height); y++ {
		for x := max(0, b.Min.X); x < min(b.Max.X, out.Width); x++ {
			c := at(x, y)
			to := out.Pixels[(y*out.Width+x)*channels:]
			switch channels {
			case 1:
				to[0] = luma(c)
			case 4:
				to[3] = c.A
				fallthrough
			default:
				to[0], to[1], to[2] = c.R, c.G, c.B
			}
		}
	}
	return out, nil
}

// luma is Pillow's gray, of ITU-R 601.
func luma(c color.NRGBA) byte {
	return byte((uint32(c.R)*19595 + uint32(c.G)*38470 + uint32(c.B)*7471 + 0x8000) >> 16)
}

// pixels is how an image's pixels are found.
func pixels(f *format, img image.Image) (func(x, y int) color.NRGBA, error) {
	switch p := img.(type) {
	case *image.YCbCr:
		if f.name == "WebP" {
			return webpPixels(p), nil
		}
		return jpegPixels(p), nil
	case *image.NYCbCrA:
		colors := webpPixels(&p.YCbCr)
		return func(x, y int) color.NRGBA {
			c := colors(x, y)
			c.A = p.A[p.AOffset(x, y)]
			return c
		}, nil
	case *image.CMYK:
		return func(x, y int) color.NRGBA {
			c := p.CMYKAt(x, y)
			light := 255 - c.K
			of := func(ink byte) byte { return light - muldiv255(ink, light) }
			return color.NRGBA{R: of(c.C), G: of(c.M), B: of(c.Y), A: 255}
		}, nil
	case *image.Paletted:
		palette := make([]color.NRGBA, 256)
		for i := range palette {
			palette[i].A = 255
		}
		for i, c := range p.Palette {
			palette[i] = straight(c)
		}
		return func(x, y int) color.NRGBA { return palette[p.ColorIndexAt(x, y)] }, nil
	case *image.NRGBA64: // Pillow keeps the upper byte
		return func(x, y int) color.NRGBA {
			c := p.NRGBA64At(x, y)
			return color.NRGBA{R: byte(c.R >> 8), G: byte(c.G >> 8), B: byte(c.B >> 8), A: byte(c.A >> 8)}
		}, nil
	case *image.NRGBA:
		return p.NRGBAAt, nil
	case *image.RGBA:
		return func(x, y int) color.NRGBA { return straight(p.RGBAAt(x, y)) }, nil
	}
	return func(x, y int) color.NRGBA { return straight(img.At(x, y)) }, nil
}

// straight is a color without alpha multiplied into it.
func straight(c color.Color) color.NRGBA {
	switch c := c.(type) {
	case color.NRGBA:
		return c
	case color.RGBA:
		if c.A == 255 {
			return color.NRGBA(c)
		}
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// muldiv255 is a·b/255, rounded as Pillow does it.
func muldiv255(a, b byte) byte {
	t := uint32(a)*uint32(b) + 128
	return byte((t>>8 + t) >> 8)
}
