package tensorflow

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/golang/snappy"
)

// blockTrailer is the type and the checksum behind a block.
const blockTrailer = 5

// Types of blocks.
const (
	blockPlain  = 0
	blockSnappy = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the form in which checksums are stored: a checksum of data that
// holds checksums would be weak (tsl/lib/hash/crc32c.h).
func masked(sum uint32) uint32 { return (sum>>15 | sum<<17) + 0xa282ead8 }

// Checksum is the checksum of data as TensorFlow's files hold it.
func Checksum(data []byte) uint32 { return masked(crc32.Checksum(data, castagnoli)) }

// handle is a block's place in the file.
type handle struct{ offset, size uint64 }

func (h handle) String() string { return fmt.Sprintf("block of %d bytes at %d", h.size, h.offset) }

// parseHandle reads a handle and returns what follows it.
func parseHandle(data []byte) (handle, []byte, bool) {
	offset, n := binary.Uvarint(data)
	if n <= 0 {
		return handle{}, nil, false
	}
	size, m := binary.Uvarint(data[n:])
	if m <= 0 {
		return handle{}, nil, false
	}
	return handle{offset, size}, data[n+m:], true
}

// block returns the content of a block, checked and unpacked.
func (t *table) block(h handle) ([]byte, error) {
	size := uint64(len(t.data))
	if h.offset > size || h.size > size-h.offset || size-h.offset-h.size < blockTrailer {
		return nil, t.broken(h.String(), "end", fmt.Sprintf("within the %d bytes of the file", size), "beyond")
	}
	raw := t.data[h.offset : h.offset+h.size+1] // with its type
	want := binary.LittleEndian.Uint32(t.data[h.offset+h.size+1:])
	if got := Checksum(raw); got != want {
		return nil, t.broken(h.String(), "checksum", fmt.Sprintf("%08x", want), fmt.Sprintf("%08x", got))
	}
	content := raw[:h.size]
	switch kind := raw[h.size]; kind {
	case blockPlain:
		return content, nil
	case blockSnappy:
		n, err := snappy.DecodedLen(content)
		if err != nil {
			return nil, &FormatError{File: t.file, Place: h.String(), What: "snappy", Err: err}
		}
		if t.unpacked += int64(n); t.unpacked > t.limits.TableBytes {
			return nil, &LimitError{File: t.file, Place: h.String(), Limit: "TableBytes", Max: uint64(t.limits.TableBytes), Asked: uint64(t.unpacked)}
		}
		out, err := snappy.Decode(nil, content)
		if err != nil {
			return nil, &FormatError{File: t.file, Place: h.String(), What: "snappy", Err: err}
		}
		return out, nil
	default:
		return nil, t.broken(h.String(), "type", "0 (plain) or 1 (snappy)", fmt.Sprint(kind))
	}
}

// entries walks the entries of a block. Each key shares a prefix with the one
// before it; key and value are valid during the call only.
func (t *table) entries(h handle, visit func(key, value []byte) error) error {
	content, err := t.block(h)
	if err != nil {
		return err
	}
	restarts, ok := splitRestarts(content)
	if !ok {
		return t.broken(h.String(), "restarts", "within the block", "beyond it")
	}
	var key []byte
	for rest := content[:restarts]; len(rest) > 0; {
		at := fmt.Sprintf("%s: entry at %d", h, restarts-len(rest))
		var n [3]uint64 // shared bytes of the key, new ones, bytes of the value
		for i := range n {
			v, size := binary.Uvarint(rest)
			if size <= 0 {
				return t.broken(at, "length", "a varint", "none")
			}
			n[i], rest = v, rest[size:]
		}
		left := uint64(len(rest))
		if n[0] > uint64(len(key)) || n[1] > left || n[2] > left-n[1] {
			return t.broken(at, "lengths", fmt.Sprintf("at most %d shared, %d in all", len(key), left), fmt.Sprint(n))
		}
		key = append(key[:n[0]], rest[:n[1]]...)
		if len(key) > maxKey {
			return t.broken(at, "key", fmt.Sprintf("at most %d bytes", maxKey), fmt.Sprint(len(key)))
		}
		if err := visit(key, rest[n[1]:n[1]+n[2]]); err != nil {
			return err
		}
		rest = rest[n[1]+n[2]:]
	}
	return nil
}

// maxKey bounds a key, so that shared prefixes cannot multiply a long one.
const maxKey = 64 << 10

// splitRestarts returns the length of a block's entries: behind them stand the
// offsets of entries with whole keys, which a reader of everything does not need.
func splitRestarts(content []byte) (int, bool) {
	if len(content) < 4 {
		return 0, false
	}
	n := uint64(binary.LittleEndian.Uint32(content[len(content)-4:]))
	if n > uint64(len(content)-4)/4 {
		return 0, false
	}
	return len(content) - 4 - 4*int(n), true
}
