package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func read(file []byte, l Limits) (Archive, error) {
	return Read(bytes.NewReader(file), int64(len(file)), l)
}

func TestWriteAndReadBack(t *testing.T) {
	members := []Named{
		{"f4", Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)},
		{"f8", Of([]float64{1.5})},
		{"i1", Of([]int8{-1, 2})},
		{"i2", Of([]int16{-300})},
		{"i4", Of([]int32{-70000})},
		{"i8", Of([]int64{-1 << 40})},
		{"u1", Of([]uint8{255})},
		{"u2", Of([]uint16{65535})},
		{"u4", Of([]uint32{1 << 31})},
		{"u8", Of([]uint64{1 << 63})},
		{"b1", Of([]bool{true, false})},
		{"f2", &Array{"f2", []int{1}, []uint16{0x3c00}}},
		{"text", Of([]string{"", "größer", "日本"}, 3, 1)},
		{"bytes", &Array{"S4", []int{2}, []string{"ab", "wxyz"}}},
		{"scalar", Scalar(float32(7))},
		{"empty", Of([]float32{}, 0, 3)},
	}
	var first, second bytes.Buffer
	require.NoError(t, WriteNPZ(&first, members))
	require.NoError(t, WriteNPZ(&second, members))
	assert.Equal(t, first.Bytes(), second.Bytes(), "the same arrays must give the same bytes")

	got, err := read(first.Bytes(), Limits{})
	require.NoError(t, err)
	assert.Equal(t, Archive(members), got)
}

// NumPy's own bytes, read and written again, must not change.
func TestWriteAsNumPyDoes(t *testing.T) {
	wanted, err := os.ReadFile("testdata/version1.npy")
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, WriteNPY(&got, Of([]float32{0, 1, 2, 3, 4, 5}, 2, 3)))
	assert.Equal(t, len(wanted), got.Len())
	assert.Equal(t, wanted, got.Bytes())
}

func TestRefuseToWrite(t *testing.T) {
	for name, c := range map[string]struct {
		array  *Array
		wanted string
	}{
		"nil":         {nil, "must not be nil"},
		"shape":       {Of([]float32{1, 2}, 3), "shape [3] needs 3 elements, received 2"},
		"type":        {&Array{"f4", []int{1}, []int32{1}}, "dtype f4 does not fit data of type []int32"},
		"no slice":    {&Array{"f4", []int{}, float32(1)}, "received float32"},
		"no text":     {&Array{"U3", []int{1}, []uint8{1}}, "does not fit"},
		"long string": {&Array{"U1", []int{1}, []string{"ab"}}, "element 0: string must be UTF-8 of <= 1 characters"},
		"long bytes":  {&Array{"S1", []int{1}, []string{"ab"}}, "must be <= 1 bytes, received 2"},
		"not UTF-8":   {Of([]string{"\xff"}), "must be UTF-8"},
		"negative":    {Of([]float32{}, -1), "must be >= 0, received -1"},
	} {
		assert.ErrorContains(t, WriteNPY(&bytes.Buffer{}, c.array), c.wanted, name)
	}
	x := Of([]float32{1})
	assert.ErrorContains(t, WriteNPZ(&bytes.Buffer{}, []Named{{"a", x}, {"a", x}}), `received "a"`)
	assert.Error(t, WriteNPZ(&bytes.Buffer{}, []Named{{"", x}}))
}

// archiveOf zips raw members under the given names.
func archiveOf(t testing.TB, method uint16, members ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range members {
		f, err := z.CreateHeader(&zip.FileHeader{Name: m[0], Method: method})
		require.NoError(t, err)
		_, err = f.Write([]byte(m[1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestRefuseBrokenArchives(t *testing.T) {
	good := npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "abcd")
	big := npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }", "abcd")
	for name, c := range map[string]struct {
		file   []byte
		wanted string
	}{
		"no zip":        {[]byte("hello"), "not a valid zip"},
		"other member":  {archiveOf(t, zip.Store, [2]string{"readme.txt", "x"}), `member "readme.txt": must be an array`},
		"twice":         {archiveOf(t, zip.Store, [2]string{"a.npy", good}, [2]string{"a.npy", good}), `member "a.npy" stands twice`},
		"too short":     {archiveOf(t, zip.Store, [2]string{"a.npy", big}), `member "a.npy": shape [9] of f4 needs 103 bytes, received 71`},
		"bytes behind":  {archiveOf(t, zip.Deflate, [2]string{"a.npy", good + string(make([]byte, 5))}), "5 bytes follow the array"},
		"broken member": {archiveOf(t, zip.Store, [2]string{"a.npy", "nonsense!"}), `member "a.npy": must begin with`},
	} {
		_, err := read(c.file, Limits{})
		assert.ErrorContains(t, err, c.wanted, name)
	}
	_, err := read(archiveOf(t, zip.Store, [2]string{"a.npy", good}, [2]string{"b.npy", good}), Limits{MaxMembers: 1})
	assert.ErrorContains(t, err, "members must be <= 1, received 2")
}

func TestChecksumIsCompared(t *testing.T) {
	file := archiveOf(t, zip.Store, [2]string{"a.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "abcd")})
	at := bytes.Index(file, []byte("abcd"))
	require.Positive(t, at)
	file[at] = 'X'
	_, err := read(file, Limits{})
	assert.ErrorIs(t, err, zip.ErrChecksum)
}

func TestRefuseBombs(t *testing.T) {
	const n = 80 << 20
	zeros := npy("{'descr': '|u1', 'fortran_order': False, 'shape': (83886080,), }", string(make([]byte, n)))
	file := archiveOf(t, zip.Deflate, [2]string{"a.npy", zeros})
	_, err := read(file, Limits{})
	assert.ErrorContains(t, err, "must be <= 100 times its packed size")

	// The same with a directory that claims the member is packed in more bytes.
	at := bytes.LastIndex(file, []byte("PK\x01\x02"))
	require.Positive(t, at)
	binary.LittleEndian.PutUint32(file[at+20:], 1<<30)
	_, err = read(file, Limits{})
	assert.ErrorContains(t, err, "packed size must be <=")
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"stored.npz", "deflated.npz"} {
		seed, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(seed)
	}
	f.Add(archiveOf(f, zip.Store, [2]string{"a.npy", npy("{'descr': '>U1', 'fortran_order': True, 'shape': (1,1), }", "\x00\x00\x00a")}))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := read(file, Limits{MaxBytes: 1 << 20, MaxMembers: 100})
		if err != nil {
			return
		}
		require.NoError(t, WriteNPZ(&bytes.Buffer{}, a))
	})
}
