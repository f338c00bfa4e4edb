package tensorflow

import (
	"encoding/binary"
	"fmt"
	"slices"
)

const tableFooter = 48

// TableMagic is the number, little-endian, that a table such as a bundle's index
// ends in.
const TableMagic = 0xdb4775248b80fb57

// table is a sorted table as LevelDB has it (leveldb/doc/table_format.md,
// tsl/lib/io/table.cc): blocks of entries, a block that lists them, a footer.
type table struct {
	file     string
	data     []byte
	limits   Limits
	unpacked int64 // bytes of blocks that were packed
	total    int64 // bytes of keys and values
}

// pair is an entry of a table.
type pair struct {
	key   string
	value []byte
}

func (t *table) broken(place, what, wanted, received string) error {
	return &FormatError{File: t.file, Place: place, What: what, Wanted: wanted, Received: received}
}

// readTable returns all entries of a table in the order of their keys.
func readTable(file string, data []byte, limits Limits) ([]pair, error) {
	t := &table{file: file, data: data, limits: limits}
	if len(data) < tableFooter {
		return nil, t.broken("footer", "size", fmt.Sprintf("at least %d bytes", tableFooter), fmt.Sprint(len(data)))
	}
	footer := data[len(data)-tableFooter:]
	if magic := binary.LittleEndian.Uint64(footer[40:]); magic != TableMagic {
		return nil, t.broken("footer", "magic", fmt.Sprintf("%x", uint64(TableMagic)), fmt.Sprintf("%x", magic))
	}
	_, rest, ok := parseHandle(footer[:40]) // of the block about blocks, which is empty
	if !ok {
		return nil, t.broken("footer", "first handle", "two varints", "none")
	}
	index, _, ok := parseHandle(rest)
	if !ok {
		return nil, t.broken("footer", "second handle", "two varints", "none")
	}
	blocks, err := t.index(index)
	if err != nil {
		return nil, err
	}
	var out []pair
	for _, h := range blocks {
		if err := t.entries(h, func(key, value []byte) error { return t.add(&out, h, key, value) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// index lists the blocks, which must stand one after the other: with blocks that
// overlap a small file could hold any number of entries.
func (t *table) index(at handle) ([]handle, error) {
	var out []handle
	end := uint64(0)
	err := t.entries(at, func(key, value []byte) error {
		h, _, ok := parseHandle(value)
		if !ok {
			return t.broken("index", fmt.Sprintf("handle of %q", shortKey(key)), "two varints", "none")
		}
		if h.offset < end {
			return t.broken("index", h.String(), fmt.Sprintf("behind the block before it, which ends at %d", end), "overlapping")
		}
		if size := uint64(len(t.data)); h.offset > size || h.size > size-h.offset {
			return t.broken("index", h.String(), fmt.Sprintf("within the %d bytes of the file", size), "beyond")
		}
		end = h.offset + h.size + blockTrailer
		out = append(out, h)
		return nil
	})
	return out, err
}

func (t *table) add(out *[]pair, h handle, key, value []byte) error {
	if n := len(*out); n > 0 && string(key) <= (*out)[n-1].key {
		return t.broken(h.String(), "key", fmt.Sprintf("above %q", shortKey([]byte((*out)[n-1].key))), fmt.Sprintf("%q", shortKey(key)))
	}
	if len(*out) >= t.limits.Entries {
		return &LimitError{File: t.file, Place: h.String(), Limit: "Entries", Max: uint64(t.limits.Entries), Asked: uint64(len(*out)) + 1}
	}
	if t.total += int64(len(key) + len(value)); t.total > t.limits.TableBytes {
		return &LimitError{File: t.file, Place: h.String(), Limit: "TableBytes", Max: uint64(t.limits.TableBytes), Asked: uint64(t.total)}
	}
	*out = append(*out, pair{string(key), slices.Clone(value)})
	return nil
}

func shortKey(key []byte) string {
	if len(key) > 80 {
		return string(key[:80]) + "…"
	}
	return string(key)
}
