package keras

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Configuration, assets and weights are counted together: none alone is beyond its
// own limit.
func TestLoadBytes(t *testing.T) {
	config := `{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 500]}},
		{"class_name": "Dense", "config": {"name": "d", "units": 500}}]}}`
	limits := Limits{WeightBytes: 2 << 20, LoadBytes: 1 << 20}
	_, err := FromConfig([]byte(config), WithLimits(limits))
	require.NoError(t, err)

	limits.LoadBytes = 1_000_000
	_, err = FromConfig([]byte(config), WithLimits(limits))
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, "LoadBytes", limit.Limit)

	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"config.json", "assets/a.txt", "assets/b.txt"} {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(w, strings.Repeat(" ", 600_000))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	_, err = Read(bytes.NewReader(b.Bytes()), int64(b.Len()), WithLimits(Limits{LoadBytes: 1 << 20}))
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, "LoadBytes", limit.Limit)
	assert.Equal(t, "assets/a.txt", limit.Path)
}
