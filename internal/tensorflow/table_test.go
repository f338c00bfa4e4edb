package tensorflow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/golang/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func some(from, to int) []pair {
	var out []pair
	for i := from; i < to; i++ {
		out = append(out, pair{fmt.Sprintf("layer_with_weights-%03d/kernel", i), []byte(fmt.Sprint("value ", i))})
	}
	return out
}

func TestTable(t *testing.T) {
	for _, packed := range []bool{false, true} {
		w := &tableWriter{packed: packed}
		w.block(some(0, 10)...)
		w.block(some(10, 25)...)
		got, err := readTable("t", w.finish(), DefaultLimits())
		require.NoError(t, err)
		assert.Equal(t, some(0, 25), got)
	}
}

// Every single changed byte is noticed: block and index have checksums, and a
// footer's handles lead to blocks that fit them.
func TestTableNoticesDamage(t *testing.T) {
	w := &tableWriter{}
	w.block(some(0, 4)...)
	data := w.finish()
	whole, err := readTable("t", data, DefaultLimits())
	require.NoError(t, err)
	for i := range data {
		damaged := append([]byte{}, data...)
		damaged[i] ^= 0x15
		got, err := readTable("t", damaged, DefaultLimits())
		if err == nil { // the empty block of meta data and padding are not read
			assert.Equal(t, whole, got)
			continue
		}
		var broken *FormatError
		require.ErrorAs(t, err, &broken)
	}
	for n := range data {
		_, err := readTable("t", data[:n], DefaultLimits())
		var broken *FormatError
		require.ErrorAs(t, err, &broken, "%d bytes", n)
	}
}

func TestTablesThatAreNone(t *testing.T) {
	check := func(name, want string, build func(w *tableWriter)) {
		w := &tableWriter{}
		build(w)
		_, err := readTable("t", w.finish(), Limits{TableBytes: 1 << 16, Entries: 20}.withDefaults())
		assert.ErrorContains(t, err, want, name)
	}
	check("the same block twice", "behind the block before it", func(w *tableWriter) {
		h := w.block(some(0, 3)...)
		w.list("z", h)
	})
	check("blocks that overlap", "overlapping", func(w *tableWriter) {
		h := w.block(some(0, 3)...)
		h.offset++
		w.list("z", h)
	})
	check("a block beyond the file", "within the", func(w *tableWriter) { w.list("a", handle{1 << 40, 1 << 60}) })
	check("keys out of order", "above", func(w *tableWriter) { w.block(pair{"b", nil}, pair{"a", nil}) })
	check("a key twice", "above", func(w *tableWriter) { w.block(pair{"a", nil}, pair{"a", nil}) })
	check("too many entries", "Limits.Entries must be at most 20", func(w *tableWriter) { w.block(some(0, 30)...) })
	check("restarts beyond the block", "restarts", func(w *tableWriter) { w.list("a", w.raw([]byte{255, 255, 255, 255})) })
	check("an unknown type of block", "type must be 0 (plain) or 1 (snappy)", func(w *tableWriter) {
		h := w.block(some(0, 3)...)
		w.out[h.offset+h.size] = 7
		binary.LittleEndian.PutUint32(w.out[h.offset+h.size+1:], masked(crc32.Checksum(w.out[h.offset:h.offset+h.size+1], castagnoli)))
	})
	check("lengths beyond the block", "at most", func(w *tableWriter) {
		w.list("a", w.raw(append([]byte{0, 200, 1, 0}, 0, 0, 0, 0, 1, 0, 0, 0)))
	})
	check("a snappy bomb", "Limits.TableBytes", func(w *tableWriter) {
		w.packed = true
		w.list("a", w.raw(make([]byte, 1<<20)))
		w.packed = false
	})
	check("no snappy at all", "snappy", func(w *tableWriter) {
		w.packed = true
		h := w.block(some(0, 3)...)
		w.packed = false
		w.out[h.offset] = 0xff
		binary.LittleEndian.PutUint32(w.out[h.offset+h.size+1:], masked(crc32.Checksum(w.out[h.offset:h.offset+h.size+1], castagnoli)))
	})
}

func TestSnappyIsTheOneOfTables(t *testing.T) {
	out, err := snappy.Decode(nil, []byte{5, 4 << 2, 'h', 'e', 'l', 'l', 'o'}) // a literal, from the format's description
	require.NoError(t, err)
	assert.Equal(t, "hello", string(out))
}

func FuzzTable(f *testing.F) {
	for _, packed := range []bool{false, true} {
		w := &tableWriter{packed: packed}
		w.block(some(0, 4)...)
		w.block(some(4, 9)...)
		f.Add(w.finish())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readTable("t", data, Limits{TableBytes: 1 << 20, Entries: 1000}.withDefaults())
		typed(t, err)
	})
}

// typed holds an error to be one of this package's.
func typed(t *testing.T, err error) {
	var format *FormatError
	var limit *LimitError
	var no *UnsupportedError
	if err != nil && !errors.As(err, &format) && !errors.As(err, &limit) && !errors.As(err, &no) {
		t.Fatalf("%T %v", err, err)
	}
}
