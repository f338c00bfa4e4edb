package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Reader gives the rows of a table as what a model's inputs take.
type Reader interface {
	// Next returns up to n rows, a tensor for each feed of the layout. They are
	// valid until the next call that returns rows. After the last row it
	// returns io.EOF.
	Next(n int) ([]*runtime.Tensor, error)
}

// Open reads rows, whose format is told by their content, as is the compression
// they may be packed in. Errors name the input,
// and the row and column where there are any. A reader that is an io.Closer is
// to be closed.
func Open(in *Input, w *Wanted) (Reader, error) {
	r, err := open(in, w)
	if err != nil {
		return nil, nameInput(in, err)
	}
	if in.several != nil {
		return r, nil
	}
	return named{r, in.Name}, nil
}

func open(in *Input, w *Wanted) (Reader, error) {
	if in.several != nil {
		return readSeveral(in, w)
	}
	in, err := in.unpacked()
	if err != nil {
		return nil, err
	}
	if in.Reader != nil {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return nil, errors.New("no rows: the input is empty")
		} else if err != nil {
			return nil, err
		}
	}
	f, err := formatFor(in)
	if err != nil {
		return nil, err
	}
	r, err := f.read(in, w)
	if err != nil {
		return nil, err
	}
	return labelled(r, w)
}

// named puts the input's name before errors.
type named struct {
	Reader
	name string
}

func (n named) Next(rows int) ([]*runtime.Tensor, error) {
	out, err := n.Reader.Next(rows)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%s: %w", n.name, err)
	}
	return out, err
}

// Close implements io.Closer.
func (n named) Close() error {
	if c, ok := n.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
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
