package table

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

func TestKeptColumns(t *testing.T) {
	text := "id,b,a,note\n007,2,1,\"x, y\"\n8,4,3,\n"
	ports := []keras.Port{port("a", runtime.Float32), port("b", runtime.Float32)}
	for want, w := range map[string]*Wanted{
		"id":            {IDs: []string{"id"}, AllowExtra: true},
		"id note":       {IDs: []string{"id"}, Keep: []string{"note", "id"}},
		"note b":        {Keep: []string{"note", "b"}, AllowExtra: true},
		"note id b a":   {IDs: []string{"note"}, KeepAll: true},
		"id  b a note ": {KeepAll: true},
	} {
		w.Inputs = ports
		r, err := Open(Stream("rows", strings.NewReader(text)), w)
		require.NoError(t, err, want)
		batches, _, err := all(r, 10)
		require.NoError(t, err)
		assert.Equal(t, []float32{1, 3}, batches[0][0].Float32s())
		var names []string
		values := map[string][]string{"id": {"007", "8"}, "b": {"2", "4"}, "a": {"1", "3"}, "note": {"x, y", ""}}
		for i, p := range w.Found.Kept() {
			names = append(names, p.Name)
			assert.Equal(t, values[p.Name], batches[0][2+i].Strings())
		}
		assert.Equal(t, strings.Fields(want), names)
	}
	// In order, the column that names rows is no input.
	r, err := Open(Stream("rows", strings.NewReader("who,u,v\nx,1,2\n")), &Wanted{Inputs: onePort, IDs: []string{"who"}})
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2}, batches[0][0].Float32s())
	// JSON keeps what is written.
	r, err = Open(Stream("rows", strings.NewReader(`{"x": [1,2], "id": 17} {"x": [1,2], "id": "a\"b"} {"x": [1,2], "id": null}`)), &Wanted{Inputs: onePort, IDs: []string{"id"}})
	require.NoError(t, err)
	batches, _, err = all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"17", `a"b`, ""}, batches[0][1].Strings())

	_, err = Open(Stream("rows", strings.NewReader(text)), &Wanted{Inputs: ports, IDs: []string{"ID"}})
	assert.ErrorContains(t, err, `no column "ID" to keep; the columns are id, b, a, note`)
}

func TestMissingValues(t *testing.T) {
	for _, text := range []string{"x_0,x_1\n1,\n NA ,2\n", `{"x": [1, null]} {"x": [null, 2]}`} {
		for missing, want := range map[string][]float32{"-1": {1, -1, -1, 2}, "0.5": {1, 0.5, 0.5, 2}} {
			r, err := Open(Stream("rows", strings.NewReader(text)), &Wanted{Inputs: onePort, Missing: missing})
			require.NoError(t, err)
			batches, _, err := all(r, 10)
			require.NoError(t, err)
			assert.Equal(t, want, batches[0][0].Float32s())
		}
		_, err := Open(Stream("rows", strings.NewReader(text)), &Wanted{Inputs: onePort})
		require.NoError(t, err)
	}
}

// TestGoingOnBehindABadRow reads the good rows around bad ones, each format its own.
func TestGoingOnBehindABadRow(t *testing.T) {
	for name, text := range map[string]string{
		"csv":  "1,2\n3\n5,6\n7,x\n\"9,10\n",
		"json": `[1,2] [3] [5,6] [7,"x"] [null,10]`,
	} {
		r, err := rowsOfText(strings.NewReader(text), onePort, HeaderNo)
		require.NoError(t, err)
		var good []float32
		var bad []string
		for {
			in, err := r.Next(10)
			if errors.Is(err, io.EOF) {
				break
			}
			var row *RowError
			if errors.As(err, &row) {
				bad = append(bad, err.Error())
				continue
			}
			require.NoError(t, err)
			good = append(good, in[0].Float32s()...)
		}
		assert.Equal(t, []float32{1, 2, 5, 6}, good, name)
		require.Len(t, bad, 3, name)
		for i, row := range []string{"row 2", "row 4", "row 5"} {
			assert.Contains(t, bad[i], row, name)
		}
	}
}
