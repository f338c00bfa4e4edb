package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// pipeline undoes the filters of chunks, one chunk after the other.
type pipeline struct {
	filters []filter
	limit   uint64 // bytes of a chunk without filters
	inflate io.ReadCloser
	buf     [2]bytes.Buffer // results of inflating, used in turn
	shuffle []byte          // the last result of unshuffling
}

// decode undoes the filters that were applied, last first. The result lies in p
// or in raw and holds until the next call.
func (p *pipeline) decode(raw []byte, mask uint32) ([]byte, error) {
	// checksums are the only filter that makes more of its input
	limit := p.limit + uint64(4*len(p.filters))
	var err error
	for i := len(p.filters) - 1; i >= 0; i-- {
		if i < 32 && mask>>i&1 != 0 {
			continue
		}
		f := p.filters[i]
		switch f.id {
		case filterDeflate:
			raw, err = p.deflate(raw, limit, &p.buf[i&1])
		case filterShuffle:
			raw, err = p.unshuffle(raw, f)
		case filterFletcher32:
			raw, err = checkFletcher32(raw)
		case filterLZF:
			raw, err = unlzf(raw, limit)
		}
		if err != nil {
			return nil, err
		}
	}
	return raw, nil
}

func (p *pipeline) deflate(raw []byte, limit uint64, out *bytes.Buffer) ([]byte, error) {
	var err error
	if p.inflate == nil {
		p.inflate, err = zlib.NewReader(bytes.NewReader(raw))
	} else {
		err = p.inflate.(zlib.Resetter).Reset(bytes.NewReader(raw), nil)
	}
	out.Reset()
	if err == nil {
		_, err = io.Copy(out, io.LimitReader(p.inflate, int64(limit)+1))
	}
	if err != nil {
		return nil, broken("deflate filter", -1, "a zlib stream", "%v", err)
	}
	if uint64(out.Len()) > limit {
		return nil, broken("deflate filter", -1, fmt.Sprintf("at most %d bytes", limit), "more")
	}
	return out.Bytes(), nil
}

// unshuffle gathers the bytes of elements, stored first bytes first.
func (p *pipeline) unshuffle(raw []byte, f filter) ([]byte, error) {
	if len(f.values) < 1 || f.values[0] == 0 {
		return nil, broken("shuffle filter", -1, "the size of an element", "%v", f.values)
	}
	size := uint64(f.values[0])
	n := uint64(len(raw)) / size
	if size == 1 || n <= 1 {
		return raw, nil
	}
	if cap(p.shuffle) < len(raw) || &p.shuffle[:1][0] == &raw[0] {
		p.shuffle = make([]byte, len(raw))
	}
	out := p.shuffle[:len(raw)]
	for j := range size {
		column := raw[j*n : (j+1)*n]
		for i, b := range column {
			out[uint64(i)*size+j] = b
		}
	}
	copy(out[n*size:], raw[n*size:])
	return out, nil
}

// checkFletcher32 checks and takes off the sum at the end. Files written before
// HDF5 1.6.3 on little-endian machines have the bytes of each half swapped.
func checkFletcher32(raw []byte) ([]byte, error) {
	if len(raw) < 4 {
		return nil, broken("fletcher32 filter", -1, "a sum of 4 bytes", "%d", len(raw))
	}
	data := raw[:len(raw)-4]
	got, want := binary.LittleEndian.Uint32(raw[len(data):]), fletcher32(data)
	swapped := bits.RotateLeft32(bits.ReverseBytes32(want), 16)
	if got != want && got != swapped {
		return nil, broken("fletcher32 filter", -1, fmt.Sprintf("sum %#08x", want), "%#08x", got)
	}
	return data, nil
}

// unlzf decompresses LibLZF's format: literal runs of up to 32 bytes, and
// references of 3 bytes and more to at most 8 KiB back.
func unlzf(raw []byte, limit uint64) ([]byte, error) {
	short := broken("lzf filter", -1, "a whole stream", "%d bytes that end early", len(raw))
	out := make([]byte, 0, min(uint64(len(raw))*4, limit))
	for i := 0; i < len(raw); {
		control := int(raw[i])
		i++
		if control < 32 {
			n := control + 1
			if n > len(raw)-i {
				return nil, short
			}
			out = append(out, raw[i:i+n]...)
			i += n
		} else {
			n := control >> 5
			if n == 7 {
				if i >= len(raw) {
					return nil, short
				}
				n += int(raw[i])
				i++
			}
			if i >= len(raw) {
				return nil, short
			}
			from := len(out) - (control&31)<<8 - int(raw[i]) - 1
			i++
			if from < 0 {
				return nil, broken("lzf filter", -1, "a reference into the output", "one to byte %d", from)
			}
			for range n + 2 {
				out = append(out, out[from])
				from++
			}
		}
		if uint64(len(out)) > limit {
			return nil, broken("lzf filter", -1, fmt.Sprintf("at most %d bytes", limit), "more")
		}
	}
	return out, nil
}

// located gives a filter's error the offset of its chunk.
func located(err error, offset int64) error {
	var format *FormatError
	if errors.As(err, &format) && format.Offset < 0 {
		format.Offset = offset
	}
	return err
}
