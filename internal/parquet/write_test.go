package parquet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written is a file with every type, nulls, lists and several row groups.
func written(t testing.TB, rows, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, []Field{{"f", Float32, 0}, {"i", Int32, 0}, {"l", Int64, 0}, {"b", Bool, 0}, {"s", Text, 0}, {"v", Float32, 1}, {"m", Int32, 2}})
	for r := range rows {
		if r%5 == 2 {
			for c := range 7 {
				w.Null(c)
			}
		} else {
			w.Append(0, []float32{float32(r) / 4}, nil)
			w.Append(1, []int32{int32(-r)}, nil)
			w.Append(2, []int64{int64(r) << 40}, nil)
			w.Append(3, []bool{r%3 == 0}, nil)
			w.Append(4, []string{fmt.Sprintf("ä%d", r)}, nil)
			w.Append(5, make([]float32, width), []int{width})
			switch r % 4 {
			case 0:
				w.Append(6, []int32{1, 2, 3, 4, 5, int32(r)}, []int{2, 3})
			case 1:
				w.Append(6, []int32(nil), []int{0, 3})
			default:
				w.Append(6, []int32{7}, []int{1, 1})
			}
		}
		require.NoError(t, w.EndRow())
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func wantWritten(r, width int) []any {
	if r%5 == 2 {
		return make([]any, 7)
	}
	v := make([]any, width)
	for i := range v {
		v[i] = 0.0
	}
	m := []any{[]any{7.0}}
	switch r % 4 {
	case 0:
		m = []any{[]any{1.0, 2.0, 3.0}, []any{4.0, 5.0, float64(r)}}
	case 1:
		m = []any{}
	}
	return []any{float64(r) / 4, float64(-r), float64(int64(r) << 40), r%3 == 0, fmt.Sprintf("ä%d", r), v, m}
}

func TestWrittenIsReadBack(t *testing.T) {
	for _, size := range [][2]int{{0, 3}, {1, 0}, {3000, 1}, {30, 100_000}} {
		b := written(t, size[0], size[1])
		f, err := Open(bytes.NewReader(b), int64(len(b)))
		require.NoError(t, err)
		require.EqualValues(t, size[0], f.Rows)
		if size[0]*size[1] > groupBytes/4 {
			assert.Greater(t, len(f.groups), 1)
		}
		for k, c := range f.Columns {
			cursor, err := f.Cursor(c, 1<<20)
			require.NoError(t, err)
			for r := range size[0] {
				row, err := cursor.Next()
				require.NoError(t, err, "%s row %d", c.Name, r)
				at, got := 0, any(nil)
				if !row.Absent {
					got = nested(row, c.Kind, row.Dims, &at)
				}
				text, err := json.Marshal(got)
				require.NoError(t, err)
				want, err := json.Marshal(wantWritten(r, size[1])[k])
				require.NoError(t, err)
				if c.Name == "m" && string(want) == "[]" {
					require.Contains(t, []string{"[]"}, string(text))
					continue
				}
				require.Equal(t, string(want), string(text), "%s row %d", c.Name, r)
			}
		}
	}
}

// TestPyarrowReadsWhatIsWritten runs with KERASRUN_PYARROW, a Python that has
// pyarrow.
func TestPyarrowReadsWhatIsWritten(t *testing.T) {
	python := os.Getenv("KERASRUN_PYARROW")
	if python == "" {
		t.Skip("KERASRUN_PYARROW names no Python")
	}
	path := filepath.Join(t.TempDir(), "y.parquet")
	const rows, width = 1000, 3000
	require.NoError(t, os.WriteFile(path, written(t, rows, width), 0o644))
	out, err := exec.Command(python, "../../scripts/parquet.py", "read", path).Output()
	require.NoError(t, err)
	var got map[string][]any
	require.NoError(t, json.Unmarshal(out, &got))
	for r := range rows {
		want := wantWritten(r, width)
		for k, name := range []string{"f", "i", "l", "b", "s", "v", "m"} {
			require.Equal(t, want[k], got[name][r], "%s row %d", name, r)
		}
	}
}
