package train

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A trained model evaluates to what the last epoch's validation reported.
func TestEvaluate(t *testing.T) {
	for _, name := range []string{"two_outputs_k3", "metrics_f_score_k3", "masked_k2", "validation_data_k3", "batch_normalization_k2"} {
		m, data, config := loadGolden(t, filepath.Join("../testdata/training", name))
		config.Validation, config.ValidationSplit = data, 0
		h, err := Fit(t.Context(), m, data, config)
		require.NoError(t, err)
		logs, err := Evaluate(t.Context(), h.Model, data, config)
		require.NoError(t, err)
		seen := 0
		for _, l := range logs {
			want := h.Epochs["val_"+l.Name]
			require.NotEmpty(t, want, l.Name)
			assert.Equal(t, want[len(want)-1], l.Value, "%s: %s", name, l.Name)
			seen++
		}
		for n := range h.Epochs {
			if strings.HasPrefix(n, "val_") {
				seen--
			}
		}
		assert.Zero(t, seen, name)
	}
}
