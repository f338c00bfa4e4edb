package npz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
)

// Stream reads the rows of a .npy array, those along its first axis, as they
// come, so that memory does not grow with the file. Only an array in Fortran
// order of two axes or more, whose rows lie scattered, is read whole.
type Stream struct {
	DType string
	Shape []int // of the whole array

	r      io.Reader
	header header
	limits Limits
	at     int // rows read
}

// NewStream reads the header of a .npy array with at least one axis.
func NewStream(r io.Reader, limits Limits) (*Stream, error) {
	s, err := newStream(r, limits.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	return s, nil
}

func newStream(r io.Reader, limits Limits) (*Stream, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if len(h.shape) == 0 {
		return nil, errors.New("must be an array of rows, received a single value of shape ()")
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	s := &Stream{DType: h.dtype.name(), Shape: h.shape, r: r, header: h, limits: limits}
	if h.fortran && len(h.shape) > 1 {
		return s, s.straighten()
	}
	return s, nil
}

// straighten reads an array in Fortran order whole.
func (s *Stream) straighten() error {
	a, err := readElements(s.r, s.header, &budget{s.limits.MaxBytes})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := writeArray(&b, a); err != nil {
		return err
	}
	s.r = &b
	s.header, err = readHeader(s.r)
	return err
}

// RowBytes is the memory of one row.
func (s *Stream) RowBytes() int64 {
	n, _ := elements(s.Shape[1:]) // checked with the header
	return int64(n) * int64(s.header.dtype.memory())
}

// Next reads up to n rows. After the last row it returns io.EOF; bytes behind it
// are left unread.
func (s *Stream) Next(n int) (*Array, error) {
	n = min(n, s.Shape[0]-s.at)
	if n <= 0 {
		return nil, io.EOF
	}
	h := s.header
	h.shape = append([]int{n}, s.Shape[1:]...)
	a, err := readElements(s.r, h, &budget{s.limits.MaxBytes})
	if err != nil {
		return nil, fmt.Errorf("npy: behind row %d of %d: %w", s.at, s.Shape[0], err)
	}
	s.at += n
	return a, nil
}

// check refuses shapes whose elements could not be counted or are empty.
func (h *header) check() error {
	n, err := elements(h.shape)
	if err != nil {
		return err
	}
	if n > 0 && n > math.MaxInt/h.dtype.memory() {
		return fmt.Errorf("shape %v of %s overflows", h.shape, h.dtype.name())
	}
	if n > 0 && h.dtype.size == 0 { // no bytes would stand behind them
		return fmt.Errorf("dtype %s must not be empty for %d elements", h.dtype.name(), n)
	}
	return nil
}
