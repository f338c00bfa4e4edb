package images

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// MaxPixels bounds an image, by the size in its header, before memory is taken for
// it. MaxBytes bounds its file.
const MaxPixels, MaxBytes = 1 << 26, 1 << 28

// format is a format of images.
type format struct {
	name   string
	magic  []string // "?" stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"JPEG", []string{"\xff\xd8\xff"}, jpeg.DecodeConfig, jpeg.Decode},
	{"PNG", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode},
	{"GIF", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode},
	{"BMP", []string{"BM????\x00\x00\x00\x00"}, bmp.DecodeConfig, bmp.Decode},
	{"WebP", []string{"RIFF????WEBP"}, webp.DecodeConfig, webp.Decode},
	{"TIFF", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode},
}

// formatOf is the format of a file that begins so, nil if it is none.
func formatOf(head []byte) *format {
	for i := range formats {
		for _, magic := range formats[i].magic {
			if matches(head, magic) {
				return &formats[i]
			}
		}
	}
	return nil
}

func matches(head []byte, magic string) bool {
	if len(head) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != head[i] {
			return false
		}
	}
	return true
}

// Is reports whether a file that begins with these bytes, 16 are enough, is an
// image.
func Is(head []byte) bool { return formatOf(head) != nil }

// Extensions are those of the files of a folder that are taken for images.
var Extensions = []string{".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp", ".tif", ".tiff"}

// Image is an image of 8 bits a channel: gray, RGB, or RGBA with colors that alpha
// has not been multiplied into.
type Image struct {
	Width, Height, Channels int
	Pixels                  []byte // row-major, channels last
}

func newImage(width, height, channels int) *Image {
	return &Image{width, height, channels, make([]byte, width*height*channels)}
}

// Decode reads an image as Pillow does, into 1 (gray), 3 (RGB) or 4 (RGBA)
// channels. Of several frames it is the first. EXIF's orientation is ignored, as
// Keras ignores it.
func Decode(r io.Reader, channels int) (*Image, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("an image file must be at most %d bytes, received more", MaxBytes)
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("an image of 0 bytes")
	}
	f := formatOf(data)
	if f == nil {
		return nil, fmt.Errorf("no image of a known format")
	}
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, f.broken(err)
	}
	if w, h := config.Width, config.Height; w <= 0 || h <= 0 || w > MaxPixels/h {
		return nil, fmt.Errorf("%s: an image must have 1 to %d pixels, received %d×%d", f.name, MaxPixels, w, h)
	}
	img, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return nil, f.broken(err)
	}
	out, err := convert(f, img, config, channels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return out, nil
}

func (f *format) broken(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%s: the image is cut off", f.name)
	}
	return fmt.Errorf("%s: %w", f.name, err)
}
