package keras_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// Keras 3 has no word for how an old Nadam slows its schedule, so converting says it.
func TestModernizeNotesTheScheduleOfNadam(t *testing.T) {
	for name, want := range map[string]bool{"optimizer_legacy_nadam_k2": true, "keras122_nadam_k2": true, "optimizer_nadam_k2": false} {
		m, err := keras.Load("../testdata/training/" + name + ".h5")
		require.NoError(t, err)
		out, err := m.Modernize()
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(strings.Join(out.Origin().Notes, "\n"), "schedule"), name)
	}
}
