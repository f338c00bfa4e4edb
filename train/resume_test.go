package train

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// TestResume stops after one epoch, saves, loads, and goes on: the weights are
// those of training that never stopped, bit for bit.
func TestResume(t *testing.T) {
	files, err := filepath.Glob("../testdata/training/*.npz")
	require.NoError(t, err)
	for _, f := range files {
		base := strings.TrimSuffix(f, ".npz")
		name := filepath.Base(base)
		// An EMA replaces the weights when training ends, in Keras too, and Keras 2 does
		// not save Nadam's schedule.
		if !strings.HasPrefix(name, "optimizer_") && !strings.HasPrefix(name, "schedule_") || strings.Contains(name, "_ema") || name == "optimizer_nadam_k2" {
			continue
		}
		for _, format := range []string{".h5", ".keras"} {
			t.Run(name+format, func(t *testing.T) {
				t.Parallel()
				m, data, config := loadGolden(t, base)
				fit := func(m *keras.Model, epochs int) *keras.Model {
					c := config
					c.Epochs = epochs
					h, err := Fit(context.Background(), m, data, c)
					require.NoError(t, err)
					return h.Model
				}
				whole := fit(m, 3)

				path := filepath.Join(t.TempDir(), "stopped"+format)
				require.NoError(t, fit(m, 1).Save(path))
				stopped, err := keras.Load(path)
				require.NoError(t, err)
				resumed := fit(stopped, 2)
				for i, w := range whole.Weights() {
					assert.Equal(t, w.Value.Float32s(), resumed.Weights()[i].Value.Float32s(), w.Name)
				}
				require.Len(t, resumed.Origin().Optimizer, len(whole.Origin().Optimizer))
				for i, s := range whole.Origin().Optimizer {
					assert.Equal(t, s.Data, resumed.Origin().Optimizer[i].Data, s.Name)
				}
			})
		}
	}
}
