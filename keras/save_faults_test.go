package keras_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// filled is a small model all of whose weights are v.
func filled(t testing.TB, v float32) *keras.Model {
	t.Helper()
	m, err := keras.FromConfig([]byte(one(`[null, 30]`, "Dense", `"units": 40`)))
	require.NoError(t, err)
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		t := w.Value.Clone()
		for i := range t.Float32s() {
			t.Float32s()[i] = v
		}
		values = append(values, t)
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	return m
}

// fillOf loads a model and returns what its weights are filled with.
func fillOf(t testing.TB, path string) float32 {
	t.Helper()
	m, err := keras.Load(path)
	require.NoError(t, err)
	v := m.Weights()[0].Value.Float32s()[0]
	for _, w := range m.Weights() {
		for _, x := range w.Value.Float32s() {
			require.Equal(t, v, x, "one file holds weights of two models")
		}
	}
	return v
}

var saved = []keras.Format{keras.FormatH5, keras.FormatKeras, keras.FormatWeightsH5}

// stubborn takes some bytes, then no more.
type stubborn struct{ left int }

func (w *stubborn) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return w.left, errDisk
	}
	w.left -= len(p)
	return len(p), nil
}

// Wherever writing fails, it says so.
func TestWriteErrors(t *testing.T) {
	m := filled(t, 1)
	for _, format := range saved {
		var whole bytes.Buffer
		require.NoError(t, m.Write(&whole, format))
		for n := 0; n < whole.Len(); n += 1 + whole.Len()/500 {
			require.ErrorIs(t, m.Write(&stubborn{n}, format), errDisk, "%s after %d of %d bytes", format, n, whole.Len())
		}
		require.ErrorIs(t, m.Write(&stubborn{whole.Len() - 1}, format), errDisk)
		require.NoError(t, m.Write(&stubborn{whole.Len()}, format))
	}
}

// Places where no file can be, and what stands there, stay as they are.
func TestSaveWhereNoFileCanBe(t *testing.T) {
	m := filled(t, 1)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("old"), 0o600))
	folder := filepath.Join(dir, "folder.keras")
	require.NoError(t, os.Mkdir(folder, 0o700))
	for _, path := range []string{filepath.Join(dir, "absent", "m.keras"), filepath.Join(file, "m.h5"), folder, ""} {
		require.Error(t, m.Save(path), "%q", path)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "nothing is left behind")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
}
