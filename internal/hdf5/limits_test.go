package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// limited walks a file of testdata under limits and returns the limit that
// stopped it.
func limited(t *testing.T, name string, lim Limits) *LimitError {
	t.Helper()
	b := seeds(t)[name]
	for _, err := range walkAll(bytes.NewReader(b), int64(len(b)), lim) {
		var limit *LimitError
		if assert.ErrorAs(t, err, &limit) {
			return limit
		}
	}
	t.Fatal("no limit was met")
	return nil
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		lim  Limits
		want LimitError
	}{
		{"keras_like.h5", Limits{Objects: 3}, LimitError{"/model_weights/dense", "Objects", 3, 4}},
		{"keras_like.h5", Limits{GroupDepth: 2}, LimitError{"/model_weights/dense/dense", "GroupDepth", 2, 3}},
		{"keras_like.h5", Limits{AttributeBytes: 20}, LimitError{"/", "AttributeBytes", 20, 48}},
		{"many_latest.h5", Limits{BTreeDepth: 1}, LimitError{"/", "BTreeDepth", 1, 2}},
	} {
		assert.Equal(t, c.want, *limited(t, c.name, c.lim))
	}
	for _, c := range []struct {
		name, path string
		lim        Limits
		want       LimitError
	}{
		{"chunks_latest.h5", "all_filters", Limits{Filters: 2}, LimitError{"/all_filters", "Filters", 2, 3}},
		{"types_latest.h5", "f4_little", Limits{Rank: 1}, LimitError{"/f4_little", "Rank", 1, 2}},
		{"types_latest.h5", "f4_little", Limits{DatasetBytes: 47}, LimitError{"/f4_little", "DatasetBytes", 47, 48}},
		{"types_latest.h5", "never_written", Limits{RatioFloor: 23}, LimitError{"/never_written", "Ratio", 1000, 24}},
		{"chunks_latest.h5", "extensible_paged", Limits{RatioFloor: 1}, LimitError{"/extensible_paged", "Ratio", 1000, 46666}},
	} {
		b := seeds(t)[c.name]
		f, err := Open(bytes.NewReader(b), int64(len(b)), c.lim)
		require.NoError(t, err)
		_, err = f.Root().Dataset(c.path)
		var limit *LimitError
		require.ErrorAs(t, err, &limit, c.path)
		assert.Equal(t, c.want, *limit)
	}
}

// A few bytes that declare a dataset of terabytes take no memory.
func TestShapeBomb(t *testing.T) {
	root := &GroupNode{}
	v := float32s(1, 2, 3)
	v.Shape = []int{3, 1, 1}
	root.AddDataset("bomb", &DatasetNode{Value: v})
	b, _ := writeTree(t, root)
	dims := bytes.Index(b, []byte{3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})
	require.Positive(t, dims)
	for _, first := range []uint64{1 << 20, 1 << 40, 1 << 62, math.MaxUint64} {
		binary.LittleEndian.PutUint64(b[dims:], first)
		f, err := Open(bytes.NewReader(b), int64(len(b)), Limits{})
		require.NoError(t, err)
		_, err = f.Root().Dataset("bomb")
		require.Error(t, err, first)
		checkError(t, err)
	}
}

// Errors say where, what was wanted and what came.
func TestErrorTexts(t *testing.T) {
	b := seeds(t)["keras_like.h5"]
	cut := append([]byte(nil), b[:len(b)-8]...)
	_, err := Open(bytes.NewReader(cut), int64(len(cut)), Limits{})
	assert.EqualError(t, err, fmt.Sprintf("hdf5: superblock at offset 0: want a file that is not truncated, received %d of %d bytes", len(cut), len(b)))

	_, err = Open(strings.NewReader("PK\x03\x04 and so on"), 15, Limits{})
	assert.EqualError(t, err, `hdf5: file at offset 0: want an HDF5 signature, received "PK\x03\x04 and"`)

	heap := bytes.Index(b, []byte("GCOL"))
	bad := append([]byte(nil), b...)
	bad[heap] = 'X'
	f, err := Open(bytes.NewReader(bad), int64(len(bad)), Limits{})
	require.NoError(t, err)
	a, _, err := f.Root().Attr("keras_version")
	require.NoError(t, err)
	_, err = a.String()
	assert.EqualError(t, err, fmt.Sprintf(`hdf5: /@keras_version: global heap at offset %d: want signature "GCOL", received "XCOL"`, heap))
}

// The sums of the format against values of other implementations: lookup3's own
// driver, and Fletcher's text-book example.
func TestChecksums(t *testing.T) {
	assert.Equal(t, uint32(0xdeadbeef), lookup3(nil))
	assert.Equal(t, uint32(0x17770551), lookup3([]byte("Four score and seven years ago")))
	assert.Equal(t, uint32(0), fletcher32(nil))
	long := bytes.Repeat([]byte{0xff, 0xfe}, 1000) // sums reduced more than once
	var s1, s2 uint64
	for range 1000 {
		s1 = (s1 + 0xfffe) % 65535
		s2 = (s2 + s1) % 65535
	}
	assert.Equal(t, uint32(s2<<16|s1), fletcher32(long))
}

func TestHalfPrecision(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: 1.0 / (1 << 14), 0x0001: 1.0 / (1 << 24),
		0x03ff: 1023.0 / (1 << 24), 0x7c00: float32(math.Inf(1)), 0xfc00: float32(math.Inf(-1)), 0: 0,
	} {
		assert.Equal(t, want, halfToFloat32(bits), "%#04x", bits)
	}
	assert.True(t, math.Signbit(float64(halfToFloat32(0x8000))))
	assert.True(t, math.IsNaN(float64(halfToFloat32(0x7e01))))
}

func BenchmarkOpenAndList(b *testing.B) {
	data := seeds(b)["keras_like.h5"]
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		walkAll(bytes.NewReader(data), int64(len(data)), Limits{})
	}
}

func BenchmarkReadFloat32(b *testing.B) {
	f32, _ := TypeOf("float32")
	root := &GroupNode{}
	const n = 8 << 20
	root.AddDataset("w", &DatasetNode{Value: Value{Type: f32, Shape: []int{n}, Raw: make([]byte, 4*n)}})
	var buf bytes.Buffer
	require.NoError(b, Write(&buf, root))
	dst := make([]float32, n)
	b.SetBytes(4 * n)
	for b.Loop() {
		f, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), Limits{})
		require.NoError(b, err)
		d, err := f.Root().Dataset("w")
		require.NoError(b, err)
		require.NoError(b, d.ReadFloat32(dst))
	}
}
