package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errShort = errors.New("a page ends before its values do")

// hybrid reads whole numbers of up to 32 bits, run-length encoded or packed: the
// levels of values and their places in a dictionary.
type hybrid struct {
	b      []byte
	width  int // bits of a number
	run    int // numbers left of the run at hand
	same   bool
	value  uint32 // of a run of the same
	bit    int    // where the next packed number begins in b
	packed int    // bytes of the packed run
}

func newHybrid(b []byte, width int) (*hybrid, error) {
	if width < 0 || width > 32 {
		return nil, fmt.Errorf("numbers of %d bits", width)
	}
	return &hybrid{b: b, width: width}, nil
}

// next fills out.
func (h *hybrid) next(out []uint32) error {
	for len(out) > 0 {
		if h.run == 0 {
			if err := h.begin(); err != nil {
				return err
			}
			continue
		}
		n := min(len(out), h.run)
		if h.same {
			for i := range n {
				out[i] = h.value
			}
		} else {
			for i := range n {
				out[i] = bitsAt(h.b, h.bit, h.width)
				h.bit += h.width
			}
		}
		out, h.run = out[n:], h.run-n
	}
	return nil
}

// begin reads the head of a run.
func (h *hybrid) begin() error {
	h.b, h.packed = h.b[h.packed:], 0
	head, n := binary.Uvarint(h.b)
	if n <= 0 {
		return errShort
	}
	h.b = h.b[n:]
	count := head >> 1
	if h.same = head&1 == 0; h.same {
		size := (h.width + 7) / 8
		if len(h.b) < size || count == 0 || count > 1<<31 {
			return errShort
		}
		h.value = 0
		for i := range size {
			h.value |= uint32(h.b[i]) << (8 * i)
		}
		h.b, h.run = h.b[size:], int(count)
		return nil
	}
	if count == 0 || count > 1<<28 {
		return errShort
	}
	h.packed, h.run, h.bit = int(count)*h.width, int(count)*8, 0
	if h.packed > len(h.b) { // the last run may lack what is not needed
		if h.run = len(h.b) * 8 / h.width; h.run == 0 {
			return errShort
		}
		h.packed = len(h.b)
	}
	return nil
}

// bitsAt is the number of so many bits, at most 32, from a bit on; the lowest come
// first.
func bitsAt(b []byte, bit, width int) uint32 {
	at := bit >> 3
	if at+8 <= len(b) {
		return uint32(binary.LittleEndian.Uint64(b[at:]) >> (bit & 7) & (1<<width - 1))
	}
	return uint32(longBitsAt(b, bit, width))
}

// longBitsAt is bitsAt for up to 64 bits.
func longBitsAt(b []byte, bit, width int) uint64 {
	var v uint64
	for got := 0; got < width; {
		at, off := (bit+got)>>3, (bit+got)&7
		if at >= len(b) {
			break
		}
		v |= uint64(b[at]>>off) << got
		got += 8 - off
	}
	if width < 64 {
		v &= 1<<width - 1
	}
	return v
}
