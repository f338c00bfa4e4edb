package npz

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The files of testdata were written by NumPy: scripts/numpy_arrays.py.

func stored(t *testing.T) Archive {
	t.Helper()
	a, err := ReadFile("testdata/stored.npz", Limits{})
	require.NoError(t, err)
	return a
}

func counting(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}

func TestReadEveryNumericType(t *testing.T) {
	seen := 0
	for _, m := range stored(t) {
		kind, form, ok := strings.Cut(m.Name, "_")
		if !ok || !strings.HasSuffix(form, "_c") && !strings.HasSuffix(form, "_fortran") {
			continue
		}
		seen++
		assert.Equal(t, kind, m.DType, m.Name)
		assert.Equal(t, []int{2, 3, 4}, m.Shape, m.Name)
		wide, err := m.Float64s()
		require.NoError(t, err, m.Name)
		assert.Equal(t, counting(24), wide, m.Name)
		narrow, err := m.Float32s()
		require.NoError(t, err, m.Name)
		assert.Equal(t, float32(23), narrow[23], m.Name)
		whole, err := m.Int64s()
		require.NoError(t, err, m.Name)
		assert.Equal(t, int64(23), whole[23], m.Name)
	}
	assert.Equal(t, 11*2*2, seen)
}

func TestReadOtherTypes(t *testing.T) {
	a := stored(t)
	assert.Equal(t, &Array{"b1", []int{3}, []bool{true, false, true}}, a.Get("b1"))
	for _, name := range []string{"text", "text_be"} {
		assert.Equal(t, &Array{"U5", []int{2, 2}, []string{"a", "grüße", "", "日本 x"}}, a.Get(name), name)
	}
	assert.Equal(t, &Array{"S3", []int{3}, []string{"ab", "", "xyz"}}, a.Get("bytes"))
	assert.Equal(t, &Array{"f4", []int{}, []float32{2.5}}, a.Get("scalar"))
	assert.Equal(t, &Array{"U3", []int{}, []string{"one"}}, a.Get("text_scalar"))
	assert.Equal(t, &Array{"f4", []int{0, 5}, []float32{}}, a.Get("empty"))
	assert.Nil(t, a.Get("absent"))

	ones, err := a.Get("b1").Int64s()
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 0, 1}, ones)
}

func TestReadHalves(t *testing.T) {
	got, err := stored(t).Get("halves").Float32s()
	require.NoError(t, err)
	inf := float32(math.Inf(1))
	assert.Equal(t, []float32{0, float32(math.Copysign(0, -1)), 1, -2.5, 65504, 0x1p-24, 0x3ffp-24, inf, -inf}, got[:9])
	assert.True(t, math.Signbit(float64(got[1])))
	assert.True(t, math.IsNaN(float64(got[9])))
}

func TestReadDeflated(t *testing.T) {
	a, err := ReadFile("testdata/deflated.npz", Limits{})
	require.NoError(t, err)
	assert.Equal(t, make([]float64, 2000), a.Get("x").Data)
}

func TestReadEveryVersion(t *testing.T) {
	for _, name := range []string{"version1", "version2", "version3"} {
		a, err := ReadNPYFile("testdata/"+name+".npy", Limits{})
		require.NoError(t, err, name)
		assert.Equal(t, &Array{"f4", []int{2, 3}, []float32{0, 1, 2, 3, 4, 5}}, a, name)
	}
}

func TestRefuseWhatRunsCode(t *testing.T) {
	_, err := ReadNPYFile("testdata/object.npy", Limits{})
	assert.ErrorContains(t, err, "pickled Python objects")
	_, err = ReadNPYFile("testdata/record.npy", Limits{})
	assert.ErrorContains(t, err, "record dtypes are not supported")
}

// npy builds a version 1.0 file of a header and bytes.
func npy(head, data string) string {
	return magic + "\x01\x00" + string([]byte{byte(len(head)), byte(len(head) >> 8)}) + head + data
}

func TestRefuseBrokenArrays(t *testing.T) {
	head := func(descr, shape string) string {
		return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }"
	}
	for name, c := range map[string]struct{ file, wanted string }{
		"empty file":       {"", "unexpected EOF"},
		"not an array":     {"PK\x03\x04 and more bytes", "must begin with"},
		"version":          {magic + "\x09\x00\x00\x00", "received 9.0"},
		"long header":      {magic + "\x02\x00\xff\xff\xff\x7f", "header must be <= 65536 bytes, received 2147483647"},
		"short header":     {magic + "\x01\x00\x40\x00{", "unexpected EOF"},
		"no dictionary":    {npy("[1]", ""), "wanted {"},
		"unknown key":      {npy("{'what': 1}", ""), "received \"what\""},
		"key twice":        {npy("{'shape': (1,), 'shape': (2,)}", ""), "stands twice"},
		"key missing":      {npy("{'descr': '<f4', 'shape': ()}", ""), "\"fortran_order\" is missing"},
		"no boolean":       {npy("{'fortran_order': Maybe}", ""), "wanted True or False"},
		"negative":         {npy(head("<f4", "(-1,)"), ""), "wanted a dimension"},
		"huge dimension":   {npy(head("<f4", "(99999999999999999999,)"), ""), "wanted a dimension"},
		"overflow":         {npy(head("<f4", "(4294967296, 4294967296, 8)"), ""), "overflows"},
		"overflow by size": {npy(head("<f8", "(4611686018427387904,)"), ""), "overflows"},
		"hidden overflow":  {npy(head("<f4", "(0, 4294967296, 4294967296, 8)"), ""), "overflows"},
		"rank":             {npy(head("<f4", "("+strings.Repeat("1,", 65)+")"), ""), "at most 64 dimensions"},
		"too few bytes":    {npy(head("<f4", "(3,)"), "12345678"), "unexpected EOF"},
		"claims too much":  {npy(head("<f4", "(1000000000000,)"), "12345678"), "must be <= 17179869184"},
		"complex":          {npy(head("<c8", "(1,)"), "12345678"), "dtype \"<c8\" is not supported"},
		"dates":            {npy(head("<M8[ns]", "(1,)"), "12345678"), "received \"<M8[ns]\""},
		"void":             {npy(head("|V4", "(1,)"), "1234"), "not supported"},
		"no dtype":         {npy(head("<", "(1,)"), "1234"), "must be a kind and a size"},
		"empty strings":    {npy(head("<U0", "(1000000000,)"), ""), "must not be empty"},
		"long strings":     {npy(head("<U99999999", "(1,)"), ""), "<= 65536 characters"},
		"no character":     {npy(head("<U1", "(1,)"), "\xff\xff\xff\xff"), "element 0: string holds 0xffffffff"},
		"surrogate":        {npy(head("<U1", "(1,)"), "\x00\xd8\x00\x00"), "no Unicode character"},
	} {
		_, err := ReadNPY(strings.NewReader(c.file), Limits{})
		assert.ErrorContains(t, err, c.wanted, name)
	}
}

func TestLimitOnMemory(t *testing.T) {
	_, err := ReadFile("testdata/stored.npz", Limits{MaxBytes: 100})
	assert.ErrorContains(t, err, "must be <= 100 bytes")
	_, err = ReadNPYFile("testdata/version1.npy", Limits{MaxBytes: 23})
	assert.ErrorContains(t, err, "array needs 24 bytes, must be <= 23")
	_, err = ReadNPYFile("testdata/version1.npy", Limits{MaxBytes: 24})
	assert.NoError(t, err)
}

func TestFileShorterThanItsShape(t *testing.T) {
	whole, err := os.ReadFile("testdata/version1.npy")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "cut.npy")
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-1], 0o600))
	_, err = ReadNPYFile(path, Limits{})
	assert.ErrorContains(t, err, "shape [2 3] of f4 needs 152 bytes, received 151")
}

func TestConversionsThatFail(t *testing.T) {
	_, err := Of([]string{"a"}).Float32s()
	assert.ErrorContains(t, err, "dtype must be numeric, received U1")
	_, err = Of([]float32{1}).Strings()
	assert.ErrorContains(t, err, "received f4")
	_, err = Of([]float32{1, 2.5}).Int64s()
	assert.ErrorContains(t, err, "element 1 must be a 64-bit integer, received 2.5")
	_, err = Of([]float64{math.NaN()}).Int64s()
	assert.Error(t, err)
	_, err = Of([]uint64{math.MaxUint64}).Int64s()
	assert.Error(t, err)
}

func FuzzReadNPY(f *testing.F) {
	for _, name := range []string{"version1.npy", "version2.npy", "object.npy", "record.npy"} {
		seed, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(seed)
	}
	f.Add([]byte(npy("{'descr': '<U2', 'fortran_order': True, 'shape': (1, 2), }", "a\x00\x00\x00b\x00\x00\x00c\x00\x00\x00d\x00\x00\x00")))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := ReadNPY(bytes.NewReader(file), Limits{MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		// What can be read can be written, and says the same again.
		var out bytes.Buffer
		require.NoError(t, WriteNPY(&out, a))
		again, err := ReadNPY(&out, Limits{})
		require.NoError(t, err)
		assert.Equal(t, a.Shape, again.Shape)
		assert.Equal(t, a.DType, again.DType)
	})
}
