package parquet

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readAll reads every column to its end or to the first error.
func readAll(b []byte) error {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, c := range f.Columns {
		cursor, err := f.Cursor(c, 1000)
		for rows := 0; err == nil && rows < 10_000; rows++ {
			_, err = cursor.Next()
		}
	}
	return nil
}

func samples(t testing.TB) [][]byte {
	paths, err := filepath.Glob("testdata/*.parquet")
	require.NoError(t, err)
	var out [][]byte
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(t, err)
		out = append(out, b)
	}
	return out
}

func TestCutFiles(t *testing.T) {
	for _, b := range samples(t) {
		for _, n := range []int{0, 3, 8, 11, len(b) / 2, len(b) - 4, len(b) - 1} {
			assert.Error(t, readAll(b[:n]))
		}
		// A footer that is whole behind data that is not.
		assert.NoError(t, readAll(append(bytes.Clone(b[:4]), b[54:]...))) // columns fail, the process does not
	}
}

// TestDamagedFiles changes bytes; nothing may panic or take memory without bound.
func TestDamagedFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, b := range samples(t) {
		for range 150 {
			damaged := bytes.Clone(b)
			for range 1 + r.IntN(4) {
				at := r.IntN(len(b))
				if r.IntN(2) == 0 { // the metadata
					at = len(b) - 1 - r.IntN(min(len(b), 9000))
				}
				damaged[at] = byte(r.Uint32())
			}
			_ = readAll(damaged)
		}
	}
}

func TestARowOfTooManyValues(t *testing.T) {
	f := openFile(t, "testdata/default.parquet")
	for _, c := range f.Columns {
		if c.Lists == 0 {
			continue
		}
		cursor, err := f.Cursor(c, 1)
		require.NoError(t, err)
		for err == nil {
			_, err = cursor.Next()
		}
		assert.ErrorContains(t, err, "at most 1", c.Name)
	}
}

func FuzzFile(f *testing.F) {
	for _, b := range samples(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { _ = readAll(b) })
}
