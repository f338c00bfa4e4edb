package keras_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// What old Kerases computed and the formats of today have no option for is
// refused, not written as something else.
func TestOldNumericsAreNotWrittenAsOthers(t *testing.T) {
	for name, what := range map[string]string{
		"1.2.2-theano-conv_same_strides":        "padding=",
		"1.2.2-theano-pool_same":                "padding=",
		"2.3.1-tensorflow-up_sampling_bilinear": "interpolation=",
	} {
		m, err := keras.Load("../testdata/models/old/" + name + ".h5")
		require.NoError(t, err)
		var unsupported *keras.UnsupportedError
		_, err = m.Modernize()
		assert.ErrorAs(t, err, &unsupported, name)
		assert.ErrorContains(t, err, what)
		err = m.SaveTFJS(filepath.Join(t.TempDir(), "m"))
		assert.ErrorAs(t, err, &unsupported, name)
		assert.ErrorContains(t, err, what)
	}
}
