package keras_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/keras"
)

const fixtures = "../testdata/models/layers/"

// onlyInKeras2 matches the fixtures of layers that Keras 3 has no more, or of which it
// gives other answers.
var onlyInKeras2 = regexp.MustCompile(`/(RandomHeight|RandomWidth|LocallyConnected|SpectralNormalization_embedding)`)

// Keras 2's own answers must come out of the modern file of every fixture. That
// real Keras 3 opens it too is for scripts/roundtrip.
func TestModernFilesGiveTheOldAnswers(t *testing.T) {
	files, err := fixture.Find(fixtures)
	require.NoError(t, err)
	dir := t.TempDir()
	tried, refused := 0, 0
	for i, file := range files {
		if !strings.Contains(file, "_k2.") || onlyInKeras2.MatchString(file) || testing.Short() && i%8 != 0 {
			continue
		}
		m, err := keras.Load(file)
		var unsupported *keras.UnsupportedError
		if errors.As(err, &unsupported) {
			continue
		}
		require.NoError(t, err, file)
		modern, err := m.Modernize()
		if errors.As(err, &unsupported) {
			refused++
			continue
		}
		require.NoError(t, err, file)
		o := modern.Origin()
		assert.Equal(t, 3, o.Era)
		for _, ours := range []string{"keras2", "bessel", `"ops.`, "ThresholdedReLU", "time_major"} {
			assert.NotContains(t, string(o.Config), ours, file)
		}
		path := filepath.Join(dir, "m.keras")
		require.NoError(t, modern.Save(path), file)
		answers, err := os.ReadFile(fixture.Answers(file))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(fixture.Answers(path), answers, 0o600))
		r := fixture.Run(path, fixture.ForModels)
		require.NoError(t, r.Err, file)
		require.False(t, r.Skipped, file)
		tried++
	}
	t.Logf("%d modern files agree, %d refused", tried, refused)
	assert.Greater(t, tried, 20)
	assert.LessOrEqual(t, refused, 22, "functions of TensorFlow and shapes that Keras 3 has no operation for, masks that reach attention, a layer with states, or of steps, a call with training=True, or a Resizing of integers, as Keras 3 has no word for")
}
