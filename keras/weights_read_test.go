package keras

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	goruntime "runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// wideModel has a Dense layer of 2 MB, which is kept as products read it, and small ones.
func wideModel(t *testing.T) (*Model, []*runtime.Tensor) {
	t.Helper()
	config := ""
	for i, d := range [][2]int{{8, 600}, {600, 900}, {900, 3}} {
		config += fmt.Sprintf(`,{"class_name": "Dense", "config": {"name": "d%d", "units": %d, "batch_input_shape": [null, %d]}}`, i, d[1], d[0])
	}
	m, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.2.4", "config": [` + config[1:] + `]}`))
	require.NoError(t, err)
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		v, err := runtime.NewTensor(runtime.Float32, w.Shape...)
		require.NoError(t, err)
		for i := range v.Float32s() {
			v.Float32s()[i] = float32(math.Sin(float64(i))) / 8
		}
		values = append(values, v)
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	return m, values
}

// TestLargeWeightsAreThereOnce holds that a large weight goes from the file into the form
// that products read, and that nobody can tell: numbers, answers and saved bytes.
func TestLargeWeightsAreThereOnce(t *testing.T) {
	plain, values := wideModel(t)
	x := make([]float32, 3*8)
	for i := range x {
		x[i] = float32(i)/7 - 1
	}
	predict := func(m *Model) []float32 {
		p, err := m.Compile()
		require.NoError(t, err)
		y, err := p.Predict(x)
		require.NoError(t, err)
		return y
	}
	want := predict(plain)
	for _, name := range []string{"wide.h5", "wide.keras"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			require.NoError(t, plain.Save(path))
			m, err := Load(path)
			require.NoError(t, err)
			assert.Equal(t, want, predict(m))
			var before, after goruntime.MemStats
			goruntime.ReadMemStats(&before)
			assert.Equal(t, want, predict(m))
			goruntime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), "of a second program, for 2 MB of weights")
			for i, w := range m.Weights() {
				assert.Equal(t, values[i].Float32s(), w.Value.Float32s(), w.Name)
			}
			saved, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, m.Save(path))
			again, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, saved, again)
		})
	}
}

// shortened is a file of which another process cuts the end off while it is read.
type shortened struct {
	io.ReaderAt
	after int64
}

func (s shortened) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > s.after {
		return 0, io.EOF
	}
	return s.ReaderAt.ReadAt(p, off)
}

func TestFileCutWhileItIsRead(t *testing.T) {
	m, _ := wideModel(t)
	path := filepath.Join(t.TempDir(), "wide.h5")
	require.NoError(t, m.Save(path))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = Read(shortened{bytes.NewReader(data), int64(len(data)) / 2}, int64(len(data)))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
