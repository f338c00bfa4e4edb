package tensorflow

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/golang/snappy"
)

// tableWriter makes tables for tests, sound ones and others.
type tableWriter struct {
	out    []byte
	index  []pair
	packed bool
}

// content lays entries out with shared prefixes, each key whole every restart.
func content(entries []pair, restart int) []byte {
	var b []byte
	var restarts []uint32
	previous := ""
	for i, e := range entries {
		shared := 0
		if i%restart == 0 {
			restarts = append(restarts, uint32(len(b)))
		} else {
			for shared < len(previous) && shared < len(e.key) && previous[shared] == e.key[shared] {
				shared++
			}
		}
		b = binary.AppendUvarint(b, uint64(shared))
		b = binary.AppendUvarint(b, uint64(len(e.key)-shared))
		b = binary.AppendUvarint(b, uint64(len(e.value)))
		b = append(append(b, e.key[shared:]...), e.value...)
		previous = e.key
	}
	if len(restarts) == 0 {
		restarts = []uint32{0}
	}
	for _, r := range restarts {
		b = binary.LittleEndian.AppendUint32(b, r)
	}
	return binary.LittleEndian.AppendUint32(b, uint32(len(restarts)))
}

// raw appends a block with its trailer.
func (w *tableWriter) raw(block []byte) handle {
	kind := byte(blockPlain)
	if w.packed {
		block, kind = snappy.Encode(nil, block), blockSnappy
	}
	h := handle{uint64(len(w.out)), uint64(len(block))}
	w.out = append(append(w.out, block...), kind)
	w.out = binary.LittleEndian.AppendUint32(w.out, masked(crc32.Checksum(w.out[h.offset:], castagnoli)))
	return h
}

func encoded(h handle) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, h.offset), h.size)
}

// block appends a block of entries and lists it.
func (w *tableWriter) block(entries ...pair) handle {
	h := w.raw(content(entries, 3))
	w.list(entries[len(entries)-1].key, h)
	return h
}

func (w *tableWriter) list(key string, h handle) { w.index = append(w.index, pair{key, encoded(h)}) }

// finish appends the index and the footer.
func (w *tableWriter) finish() []byte {
	meta := w.raw(content(nil, 1))
	index := w.raw(content(w.index, 1))
	footer := append(encoded(meta), encoded(index)...)
	footer = append(footer, make([]byte, 40-len(footer))...)
	return append(w.out, binary.LittleEndian.AppendUint64(footer, TableMagic)...)
}
