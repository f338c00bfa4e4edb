package parquet

import (
	"encoding/binary"
	"errors"
)

// delta reads whole numbers kept as differences, DELTA_BINARY_PACKED.
type delta struct {
	b            []byte
	block, minis int // numbers of a block, and parts of it
	total, read  int
	last         uint64
	min          uint64 // what is added to every difference of the block
	widths       []byte // of the block's parts that are left
	left         int    // numbers of the part at hand
	bit, width   int
}

func newDelta(b []byte) (*delta, error) {
	d := &delta{b: b}
	block, minis, total, first := d.uvarint(), d.uvarint(), d.uvarint(), d.uvarint()
	if block == 0 || block > 1<<16 || minis == 0 || minis > 512 || block%minis != 0 || block/minis%8 != 0 || total > 1<<31 || d.b == nil {
		return nil, errors.New("the head of differences is broken")
	}
	d.block, d.minis, d.total, d.last = int(block), int(minis), int(total), unzigzag(first)
	return d, nil
}

func unzigzag(v uint64) uint64 { return v>>1 ^ -(v & 1) }

func (d *delta) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b = nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

// next fills out.
func (d *delta) next(out []int64) error {
	for i := range out {
		if d.read >= d.total {
			return errShort
		}
		if d.read > 0 {
			if d.left == 0 {
				if err := d.begin(); err != nil {
					return err
				}
			}
			d.last += d.min + longBitsAt(d.b, d.bit, d.width)
			d.bit, d.left = d.bit+d.width, d.left-1
		}
		d.read++
		out[i] = int64(d.last)
	}
	return nil
}

// begin goes on to the next part of a block.
func (d *delta) begin() error {
	d.skip()
	if len(d.widths) == 0 {
		d.min = unzigzag(d.uvarint())
		if len(d.b) < d.minis {
			return errShort
		}
		d.widths, d.b = d.b[:d.minis], d.b[d.minis:]
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	d.left = d.block / d.minis
	if d.width > 64 || len(d.b)*8 < d.width*min(d.left, d.total-d.read) {
		return errShort
	}
	return nil
}

// skip leaves the part behind.
func (d *delta) skip() {
	d.b = d.b[min(len(d.b), (d.bit+d.left*d.width)/8):]
	d.bit, d.left, d.width = 0, 0, 0
}

// maxTexts bounds the texts of a page whose lengths are kept as differences.
const maxTexts = 1 << 22

// all reads every number and returns what lies behind them.
func (d *delta) all() ([]int64, []byte, error) {
	if d.total > maxTexts {
		return nil, nil, errors.New("a page has too many texts")
	}
	var out []int64
	for len(out) < d.total {
		var some [256]int64
		n := min(len(some), d.total-len(out))
		if err := d.next(some[:n]); err != nil {
			return nil, nil, err
		}
		out = append(out, some[:n]...)
	}
	d.skip()
	return out, d.b, nil
}
