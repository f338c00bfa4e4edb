package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// packed is text as a file of that name holds it.
func packed(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	w, end, err := Compress(name, out)
	require.NoError(t, err)
	_, err = w.WriteString(text)
	require.NoError(t, errors.Join(err, end(), out.Flush()))
	return b.Bytes()
}

var onePort = []keras.Port{port("x", runtime.Float32, 2)}

// TestCompressedRows packs what is read of every format, and more than one member.
func TestCompressedRows(t *testing.T) {
	for _, ending := range []string{".gz", ".zst"} {
		for _, text := range []string{"1,2\n3,4\n", "[1,2]\n[3,4]\n", "\ufeff\n1;2\n3;4"} {
			half := len(text) / 2
			data := append(packed(t, "rows"+ending, text[:half]), packed(t, "rows"+ending, text[half:])...)
			assert.NotContains(t, string(data), text)
			r, err := rowsOfText(bytes.NewReader(data), onePort, HeaderAuto)
			require.NoError(t, err)
			batches, _, err := all(r, 10)
			require.NoError(t, err)
			assert.Equal(t, []float32{1, 2, 3, 4}, batches[0][0].Float32s())
		}
	}
	assert.Equal(t, "as it is", string(packed(t, "rows.csv", "as it is")))
	f, err := FormatOf("y.JSONL.zst")
	require.NoError(t, err)
	assert.Equal(t, "jsonl", f.Name)
}

// TestCutCompression: the rows before the cut are read, and the end is an error.
func TestCutCompression(t *testing.T) {
	text := strings.Repeat("1.25,2.5\n", 50_000)
	for _, ending := range []string{".gz", ".zst"} {
		data := packed(t, "rows"+ending, text)
		for _, n := range []int{len(data) - 1, len(data) / 2, 5} {
			_, err := rowsUntilError(data[:n])
			require.Error(t, err, "%s cut at %d", ending, n)
			assert.Contains(t, err.Error(), "cut off")
		}
		damaged := bytes.Clone(data)
		damaged[len(data)/2] ^= 0x55
		_, err := rowsUntilError(damaged)
		assert.Error(t, err, ending)
	}
}

func rowsUntilError(data []byte) (rows int, err error) {
	r, err := rowsOfText(bytes.NewReader(data), onePort, HeaderNo)
	for err == nil {
		var in []*runtime.Tensor
		if in, err = r.Next(64); err == nil {
			rows += in[0].Shape()[0]
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return rows, err
}

// TestCompressionBomb: a line without an end is a few KB of gzip; no more of it is
// unpacked than a row may take.
func TestCompressionBomb(t *testing.T) {
	for _, ending := range []string{".gz", ".zst"} {
		data := packed(t, "rows"+ending, strings.Repeat("1", 64<<20))
		require.Less(t, len(data), 1<<20)
		_, err := rowsUntilError(data)
		assert.ErrorContains(t, err, "at most")
	}
}

func TestSeveralInputs(t *testing.T) {
	files := map[string]string{"a": "x_1,x_0\n2,1\n", "b": "[3,4]", "c": string(packed(t, "c.gz", "x_0,x_1\n5,6\n7,oops\n"))}
	open, done := 0, 0
	r, err := Open(Several([]string{"a", "b", "c"}, func(name string) (*Input, func(), error) {
		open++
		return Stream(name, strings.NewReader(files[name])), func() { done++ }, nil
	}), &Wanted{Inputs: onePort})
	require.NoError(t, err)
	assert.Equal(t, 1, open)
	var got []float32
	batches, _, err := all(r, 1)
	for _, b := range batches {
		got = append(got, b[0].Float32s()...)
	}
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, got)
	assert.ErrorContains(t, err, "c: row 2 (line 3), column 2 (x_1)")
	require.NoError(t, r.(io.Closer).Close())
	assert.Equal(t, []int{3, 3}, []int{open, done})
}
