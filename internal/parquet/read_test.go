package parquet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// value is what JSON makes of an element.
func value(r *Row, k Kind, i int) any {
	switch {
	case r.Missing != nil && r.Missing[i]:
		return nil
	case k == Bools:
		return r.Ints[i] == 1
	case k == Ints:
		return json.Number(numeral(r.Ints[i]))
	case k == Floats:
		return r.Floats[i]
	}
	return r.Texts[i]
}

func numeral(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// nested is a row as JSON has it.
func nested(r *Row, k Kind, dims []int, at *int) any {
	if len(dims) == 0 {
		*at++
		return value(r, k, *at-1)
	}
	list := []any{}
	for range dims[0] {
		list = append(list, nested(r, k, dims[1:], at))
	}
	return list
}

// column reads all of a column.
func readColumn(f *File, c *Column) ([]any, error) {
	cursor, err := f.Cursor(c, 1000)
	if err != nil {
		return nil, err
	}
	var out []any
	for {
		r, err := cursor.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if at := 0; r.Absent {
			out = append(out, nil)
		} else {
			out = append(out, nested(r, c.Kind, r.Dims, &at))
		}
	}
}

func openFile(t testing.TB, path string) *File {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return f
}

// TestPyarrowFiles reads what pyarrow wrote in every encoding, with every
// compression, and compares with what pyarrow reads.
func TestPyarrowFiles(t *testing.T) {
	text, err := os.ReadFile("testdata/want.json")
	require.NoError(t, err)
	var want map[string][]any
	require.NoError(t, json.Unmarshal(text, &want))
	for row, v := range want["in"] { // a struct's fields are columns
		for k, x := range v.(map[string]any) {
			require.Len(t, want["in."+k], row)
			want["in."+k] = append(want["in."+k], x)
		}
	}
	first := map[string][]any{}
	for _, name := range []string{"default", "none_plain", "zstd_v2_groups", "gzip_small_pages", "v2_none_crc", "encodings", "delta_length"} {
		f := openFile(t, filepath.Join("testdata", name+".parquet"))
		require.EqualValues(t, 60, f.Rows)
		for _, c := range f.Columns {
			got, err := readColumn(f, c)
			require.NoError(t, err, "%s: %s", name, c.Name)
			if first[c.Name] == nil {
				first[c.Name] = got
			}
			require.Equal(t, first[c.Name], got, "%s: %s", name, c.Name) // whole numbers beyond float64 too
			a, err := json.Marshal(got)
			require.NoError(t, err)
			var exact []any
			require.NoError(t, json.Unmarshal(a, &exact))
			if c.convert == timestamp || c.convert == date || c.convert == decimal || c.Kind != Ints {
				assert.Equal(t, want[c.Name], exact, "%s: %s", name, c.Name)
				continue
			}
			whole, err := json.Marshal(want[c.Name])
			require.NoError(t, err)
			assert.JSONEq(t, string(whole), string(a), "%s: %s", name, c.Name)
		}
	}
	f := openFile(t, "testdata/pandas.parquet")
	var names []string
	for _, c := range f.Columns {
		names = append(names, c.Name)
	}
	assert.Equal(t, "a b __index_level_0__", strings.Join(names, " "))
}
