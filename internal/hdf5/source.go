package hdf5

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// source is the file: bounds-checked reads at HDF5 addresses.
type source struct {
	r       io.ReaderAt
	size    int64
	base    int64 // length of the user block: address 0
	offsets int
	lengths int
	limits  Limits
	spent   atomic.Int64 // metadata bytes read
}

// locate turns the address of n bytes into an offset in the file.
func (s *source) locate(what string, addr, n uint64) (int64, error) {
	room := uint64(s.size - s.base)
	if addr > room || n > room-addr {
		if addr == undefined {
			return 0, broken(what, -1, "an address", "the undefined address")
		}
		return 0, broken(what, -1, fmt.Sprintf("to lie inside the file of %d bytes", s.size),
			"%d bytes at address %d", n, addr)
	}
	return s.base + int64(addr), nil
}

// block reads n bytes of metadata at an address. What one file can make the
// reader take in this way is bounded, so that structures which point at each
// other cannot cost more than a multiple of the file.
func (s *source) block(what string, addr, n uint64) (*cursor, error) {
	off, err := s.locate(what, addr, n)
	if err != nil {
		return nil, err
	}
	budget := s.size
	if budget < 1<<59 {
		budget *= 8
	}
	budget += 1 << 20
	if spent := s.spent.Add(int64(n)); spent > budget || spent < 0 {
		return nil, broken(what, off, fmt.Sprintf("at most %d bytes of metadata in all", budget), "more")
	}
	b, err := s.grow(off, int64(n))
	if err != nil {
		return nil, err
	}
	return s.cursor(what, b, off), nil
}

func (s *source) cursor(what string, b []byte, off int64) *cursor {
	return &cursor{b: b, offset: off, what: what, offsets: s.offsets, lengths: s.lengths}
}

// grow reads n bytes at an offset that locate has checked, taking memory as the
// bytes arrive: the size of a file is the caller's word.
func (s *source) grow(off, n int64) ([]byte, error) {
	const step = 4 << 20
	b := make([]byte, min(n, step))
	for done := int64(0); ; {
		if err := s.readAt(b[done:], off+done); err != nil {
			return nil, err
		}
		if done = int64(len(b)); done == n {
			return b, nil
		}
		b = append(b, make([]byte, min(n-done, done))...)
	}
}

func (s *source) readAt(p []byte, off int64) error {
	if len(p) == 0 {
		return nil
	}
	n, err := s.r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("hdf5: read %d bytes at offset %d: %w", len(p), off, err)
}
