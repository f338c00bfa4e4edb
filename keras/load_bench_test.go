package keras

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func BenchmarkLoadSeed(b *testing.B) {
	for _, name := range []string{"seed_k2.h5", "seed_k3.keras"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := Load("../testdata/models/seed/" + name)
				require.NoError(b, err)
			}
		})
	}
}

// TestLoadTakesLittleMemory holds what a load allocates to 1.3 times the weights
// plus 32 MB: data goes straight from the file into its final place.
func TestLoadTakesLittleMemory(t *testing.T) {
	const n = 2500 // 25 MB a layer
	var layers []storedLayer
	config := ""
	for i := range 4 {
		name := fmt.Sprint("d", i)
		config += fmt.Sprintf(`,{"class_name": "Dense", "config": {"name": %q, "units": %d, "use_bias": false, "batch_input_shape": [null, %d]}}`, name, n, n)
		layers = append(layers, storedLayer{name, []storedArray{{name + "/kernel:0", []int{n, n}}}})
	}
	path := filepath.Join(t.TempDir(), "large.h5")
	require.NoError(t, os.WriteFile(path, legacyH5(t, sequential("2.2.4", "tensorflow", config[1:]), layers...), 0o600))

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, err := Load(path)
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	weights := uint64(4 * n * n * 4)
	assert.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, weights+weights*3/10+32<<20)
	assert.Len(t, m.weights, 4)
}

// TestReadersOfAnyKind holds that a model may come from anywhere.
func TestReadersOfAnyKind(t *testing.T) {
	path := "../testdata/models/seed/seed_k3.keras"
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	want, err := Load(path)
	require.NoError(t, err)
	for name, read := range map[string]func() (*Model, error){
		"ReaderAt": func() (*Model, error) { return Read(bytes.NewReader(data), int64(len(data))) },
		"fs.FS":    func() (*Model, error) { return ReadFS(os.DirFS("../testdata/models"), "seed/seed_k3.keras") },
	} {
		m, err := read()
		require.NoError(t, err, name)
		require.Len(t, m.weights, len(want.weights))
		for i := range want.weights {
			assert.Equal(t, want.weights[i].Value.Float32s(), m.weights[i].Value.Float32s())
		}
	}
}
