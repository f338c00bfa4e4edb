package tfrecord

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
)

// HeadSize is how many bytes stand before a record: its length, little-endian in 8
// bytes, and the masked CRC-32C of these.
const HeadSize = 12

// IsHead reports whether a file begins as records do.
func IsHead(b []byte) bool {
	return len(b) >= HeadSize && tensorflow.Checksum(b[:8]) == binary.LittleEndian.Uint32(b[8:])
}

// DamagedError is a record whose content is not what was written. The next one can
// be read.
type DamagedError struct{ Wanted, Received uint32 }

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the checksum of the record is %08x, received content of %08x", e.Wanted, e.Received)
}

// Reader reads records one after the other.
type Reader struct {
	r    io.Reader
	most int
	buf  []byte
}

// NewReader reads records of at most so many bytes.
func NewReader(r io.Reader, most int) *Reader { return &Reader{r: r, most: most} }

// Next returns the next record, valid until the one behind it, and io.EOF after the
// last. A *DamagedError concerns this record alone.
func (r *Reader) Next() ([]byte, error) {
	var head [HeadSize]byte
	if _, err := io.ReadFull(r.r, head[:]); errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errCut
	} else if err != nil {
		return nil, err
	}
	if !IsHead(head[:]) {
		return nil, errors.New("the checksum of a record's length is another: the file is damaged")
	}
	n := binary.LittleEndian.Uint64(head[:])
	if n > uint64(r.most) {
		return nil, fmt.Errorf("a record must be at most %d bytes, received %d", r.most, n)
	}
	if err := r.read(int(n) + 4); err != nil {
		return nil, err
	}
	data, sum := r.buf[:n], binary.LittleEndian.Uint32(r.buf[n:])
	if got := tensorflow.Checksum(data); got != sum {
		return nil, &DamagedError{sum, got}
	}
	return data, nil
}

var errCut = errors.New("the file is cut off within a record")

// read fills the buffer with n bytes. Memory is taken as they come.
func (r *Reader) read(n int) error {
	const step = 1 << 20
	r.buf = r.buf[:0]
	for len(r.buf) < n {
		at := len(r.buf)
		some := min(n-at, max(step, at))
		r.buf = slices.Grow(r.buf, some)[:at+some]
		if _, err := io.ReadFull(r.r, r.buf[at:]); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errCut
		} else if err != nil {
			return err
		}
	}
	return nil
}
