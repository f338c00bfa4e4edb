package table

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestStringsReadBack writes strings in every format and reads them again.
func TestStringsReadBack(t *testing.T) {
	ports := []keras.Port{port("text", runtime.String, 2)}
	want := []string{"plain", `a "quoted", one`, " spaced\n", "", "1.5", "öre;\t", "nan", "x"}
	x, err := runtime.TensorOf(want, 4, 2)
	require.NoError(t, err)
	for _, name := range []string{"csv", "jsonl", "npy", "npz"} {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		to, err := format(t, name).NewWriter(w, ports)
		require.NoError(t, err, name)
		require.NoError(t, to.Write([]*runtime.Tensor{x.Rows(0, 3)}), name)
		require.NoError(t, to.Write([]*runtime.Tensor{x.Rows(3, 4)}), name)
		require.NoError(t, to.Close(), name)
		require.NoError(t, w.Flush())
		r, err := rowsOfText(bytes.NewReader(b.Bytes()), ports, HeaderAuto)
		require.NoError(t, err, name)
		batches, _, err := all(r, 10)
		require.NoError(t, err, name)
		require.Len(t, batches, 1, name)
		assert.Equal(t, want, batches[0][0].Strings(), name)
	}
}

func TestStringsFromBytesOfNumPy(t *testing.T) {
	var b bytes.Buffer
	a := npz.Of([]string{"cat", "a"})
	a.DType = "S3"
	require.NoError(t, npz.WriteNPY(&b, a))
	r, err := rowsOfText(&b, []keras.Port{port("text", runtime.String)}, HeaderAuto)
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"cat", "a"}, batches[0][0].Strings())

	b.Reset()
	require.NoError(t, npz.WriteNPY(&b, npz.Of([]int32{1, 2})))
	r, err = rowsOfText(&b, []keras.Port{port("text", runtime.String)}, HeaderAuto)
	require.NoError(t, err)
	_, _, err = all(r, 10)
	assert.ErrorContains(t, err, "string")
}

// TestArchiveOfStringColumns joins arrays that are the elements of one input.
func TestArchiveOfStringColumns(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, npz.WriteNPZ(&b, []npz.Named{
		{Name: "text_0", Array: npz.Of([]string{"a", "b"})}, {Name: "text_1", Array: npz.Of([]string{"c", "d"})},
	}))
	r, err := rowsOfText(&b, []keras.Port{port("text", runtime.String, 2)}, HeaderAuto)
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "c", "b", "d"}, batches[0][0].Strings())
}

// TestHeaderOfText: names do not differ from strings, so only an input's name
// makes the first row a header.
func TestHeaderOfText(t *testing.T) {
	in := []keras.Port{port("animal", runtime.String), port("age", runtime.Float32)}
	for text, want := range map[string]struct {
		header Header
		rows   int
	}{
		"animal,age\ncat,3\n": {HeaderAuto, 1},
		"cat,3\ndog,4\n":      {HeaderAuto, 2},
		"x,y\ncat,3\n":        {HeaderYes, 1},
	} {
		var notes []string
		w := &Wanted{Inputs: in, Header: want.header, Note: func(s string) { notes = append(notes, s) }, Columns: nil}
		if want.header == HeaderYes {
			w.Columns = []string{"x", "y"}
		}
		r, err := Open(Stream("rows", strings.NewReader(text)), w)
		require.NoError(t, err, text)
		batches, _, err := all(r, 10)
		require.NoError(t, err, text)
		assert.Equal(t, want.rows, batches[0][0].Shape()[0], text)
		assert.Equal(t, "cat", batches[0][0].Strings()[0])
		assert.Equal(t, want.rows == 2, len(notes) == 1, "%q: a guess is said: %q", text, notes)
	}
}

func TestJSONOfOtherTypesThanStrings(t *testing.T) {
	for text, want := range map[string]string{
		"{\"text\": 3}\n":        "wanted a string, received 3",
		"{\"text\": null}\n":     "wanted a string, received null",
		"{\"text\": [\"a\"]}\n":  "text",
		"{\"text\": {\"a\":1}}":  "wanted a string, received an object",
		"{\"text\": \"a\\ud8\"}": "row 1",
	} {
		r, err := rowsOfText(strings.NewReader(text), []keras.Port{port("text", runtime.String)}, HeaderAuto)
		if err == nil {
			_, _, err = all(r, 10)
		}
		assert.ErrorContains(t, err, want, text)
	}
}
