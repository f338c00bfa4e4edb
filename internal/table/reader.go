package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Reader gives the rows of a table as what a model's inputs take.
type Reader interface {
	// Next returns up to n rows, a tensor for each input. They are valid until
	// the next call. After the last row it returns io.EOF.
	Next(n int) ([]*runtime.Tensor, error)
}

// Header says whether the first row of a CSV file names the columns.
type Header string

// The possibilities. HeaderAuto takes the first row for names when most of it
// is not numbers.
const (
	HeaderAuto Header = "auto"
	HeaderYes  Header = "yes"
	HeaderNo   Header = "no"
)

// NewReader reads rows for the given inputs from r, whose format is told by its
// content. Errors name the row and column.
func NewReader(r io.Reader, inputs []keras.Port, header Header) (Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if _, err := b.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no rows: the input is empty")
		}
		return nil, err
	}
	switch sniff(b) {
	case unknown:
		return nil, errBinary
	case NPY:
		return newNPYReader(b, inputs)
	case NPZ:
		a, err := archive(r, b)
		if err != nil {
			return nil, err
		}
		return newNPZReader(a, inputs)
	case JSONLines:
		return newJSONReader(b, inputs), nil
	}
	return newCSVReader(b, inputs, header)
}

// archive reads a .npz from r in place if it is a file, else from what b holds
// and gives of it.
func archive(r io.Reader, b *bufio.Reader) (npz.Archive, error) {
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return npz.Read(f, info.Size(), npz.Limits{})
		}
	}
	data, err := io.ReadAll(b)
	if err != nil {
		return nil, err
	}
	return npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
}

// RowBytes estimates the memory of a row of all ports, axes of unknown size
// counting as 1.
func RowBytes(ports []keras.Port) int {
	total := 0
	for _, p := range ports {
		n := p.DType.Size()
		for _, d := range p.Shape[min(1, len(p.Shape)):] {
			n *= max(1, d)
		}
		total += n
	}
	return max(1, total)
}

// rowShape is the shape of one row.
func rowShape(p keras.Port) runtime.Shape {
	if len(p.Shape) == 0 {
		return nil
	}
	return p.Shape[1:]
}

// fits reports whether a row of this shape may enter the port.
func fits(shape []int, p keras.Port) bool {
	want := rowShape(p)
	if len(shape) != len(want) {
		return false
	}
	for i, d := range want {
		if d >= 0 && shape[i] != d {
			return false
		}
	}
	return true
}

// describe lists ports with what a row of each holds.
func describe(ports []keras.Port) string {
	var b bytes.Buffer
	for i, p := range ports {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %s", p.Name, rowShape(p))
	}
	return b.String()
}
