package keras

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// loadForMemory names the file that the test's other self loads.
const loadForMemory = "KERASRUN_TEST_LOAD"

// TestPeakMemoryOfLoading loads 100 MB of weights in a process of its own and answers a
// row: all that it ever held must stay below 1.15 times the weights plus 32 MB for
// the process itself.
func TestPeakMemoryOfLoading(t *testing.T) {
	if path := os.Getenv(loadForMemory); path != "" {
		m, err := Load(path)
		require.NoError(t, err)
		p, err := m.Compile()
		require.NoError(t, err)
		_, err = p.Predict(make([]float32, 2500))
		require.NoError(t, err)
		status, err := os.ReadFile("/proc/self/status")
		require.NoError(t, err)
		fmt.Print(string(status))
		return
	}
	if testing.Short() {
		t.Skip("writes 200 MB")
	}
	const n, count = 2500, 4
	var config []string
	for i := range count {
		config = append(config, fmt.Sprintf(`{"class_name": "Dense", "config": {"name": "d%d", "units": %d, "use_bias": false, "batch_input_shape": [null, %d]}}`, i, n, n))
	}
	m, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.2.4", "config": [` + strings.Join(config, ", ") + `]}`))
	require.NoError(t, err)
	values := make([]*runtime.Tensor, count)
	for i := range values {
		values[i], err = runtime.NewTensor(runtime.Float32, n, n)
		require.NoError(t, err)
		for k := range values[i].Float32s() {
			values[i].Float32s()[k] = float32(k)
		}
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	for _, name := range []string{"large.h5", "large.keras"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, m.Save(path))
		self := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		self.Env = append(os.Environ(), loadForMemory+"="+path)
		out, err := self.Output()
		require.NoError(t, err, string(out))
		const field = "VmHWM:"
		_, rest, found := strings.Cut(string(out), field)
		require.True(t, found, string(out))
		var kib int
		_, err = fmt.Sscan(rest, &kib)
		require.NoError(t, err)
		weights := count * n * n * 4
		t.Logf("%s: %d MB for %d MB of weights", name, kib*1024/1e6, weights/1e6)
		assert.LessOrEqual(t, kib*1024, weights+weights*3/20+32<<20, name)
		require.NoError(t, os.Remove(path))
	}
}
