package keras_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// TestPipesAndDevicesAreRefused: opening a pipe waits for whoever writes to it,
// and a device has no end.
func TestPipesAndDevicesAreRefused(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "model.h5")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for path, received := range map[string]string{pipe: "a pipe", "/dev/null": "a device", "/dev/zero": "a device"} {
		_, err := keras.Load(path)
		var format *keras.FormatError
		require.ErrorAs(t, err, &format, path)
		assert.ErrorContains(t, err, received)
		_, err = filled(t, 1).LoadWeights(path)
		require.ErrorAs(t, err, &format, path)
	}
}
