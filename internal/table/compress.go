package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// compression is a way to pack the bytes of any format.
type compression struct {
	name, ending string
	magic        []byte
	read         func(io.Reader) (io.Reader, error)
	write        func(io.Writer) (io.WriteCloser, error)
}

var compressions = []compression{
	{"gzip", ".gz", []byte{0x1f, 0x8b}, readGzip, writeGzip},
	{"zstd", ".zst", []byte{0x28, 0xb5, 0x2f, 0xfd}, readZstd, writeZstd},
}

func readGzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

func writeGzip(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }

// maxWindow bounds the memory for what a zstd frame refers back to: that of the
// highest ordinary level of the zstd command.
const maxWindow = 8 << 20

func readZstd(r io.Reader) (io.Reader, error) {
	// One goroutine reads as it is asked, without waiting for more than that takes.
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
}

func writeZstd(w io.Writer) (io.WriteCloser, error) {
	return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
}

// unpacked is the input without the compression it is packed in, which its first
// bytes tell.
func (in *Input) unpacked() (*Input, error) {
	if in.Reader == nil {
		return in, nil
	}
	for i := range compressions {
		c := &compressions[i]
		if b, err := in.Peek(1); err != nil || b[0] != c.magic[0] {
			continue
		}
		if b, err := in.Peek(len(c.magic)); err != nil || !bytes.Equal(b, c.magic) {
			continue
		}
		r, err := c.read(in.Reader)
		if err != nil {
			return nil, c.broken(err)
		}
		return Stream(in.Name, &unpacking{r, c}), nil
	}
	return in, nil
}

// unpacking names the compression in errors. The end of the packed bytes in the
// middle of something is not the end of the rows.
type unpacking struct {
	io.Reader
	c *compression
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = u.c.broken(err)
	}
	return n, err
}

func (c *compression) broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the compressed data is cut off", c.name)
	}
	return fmt.Errorf("%s: %w", c.name, err)
}

// cutEnding parts the ending of a compression from a path.
func cutEnding(path string) (inner string, c *compression) {
	ending := strings.ToLower(filepath.Ext(path))
	for i := range compressions {
		if compressions[i].ending == ending {
			return path[:len(path)-len(ending)], &compressions[i]
		}
	}
	return path, nil
}

// Compressed reports whether the ending of a path asks for compression.
func Compressed(path string) bool {
	_, c := cutEnding(path)
	return c != nil
}

// Compress packs what is written the way the ending of path asks for: .gz is gzip,
// .zst is zstd, and others leave the bytes as they are. It returns what to write
// to, and what ends it.
func Compress(path string, w *bufio.Writer) (*bufio.Writer, func() error, error) {
	_, c := cutEnding(path)
	if c == nil {
		return w, func() error { return nil }, nil
	}
	packed, err := c.write(w)
	if err != nil {
		return nil, nil, err
	}
	inner := bufio.NewWriterSize(packed, 64<<10)
	return inner, func() error { return errors.Join(inner.Flush(), packed.Close()) }, nil
}
