package keras

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const twoDense = `{"class_name": "Sequential", "keras_version": "2.2.4", "backend": "tensorflow", "config": [
	{"class_name": "Dense", "config": {"name": "a", "units": 4, "activation": "relu", "batch_input_shape": [null, 3], "dtype": "float32"}},
	{"class_name": "Dense", "config": {"name": "b", "units": 2, "activation": "hard_sigmoid"}}]}`

func TestFromConfigOfKeras2(t *testing.T) {
	m, err := FromConfig([]byte(twoDense))
	require.NoError(t, err)
	assert.Equal(t, 2, m.Origin().Era)
	assert.Equal(t, "a_input", m.Inputs()[0].Name)
	assert.Equal(t, "float32(None, 3)", m.Inputs()[0].Type.String())
	assert.Equal(t, "b", m.Outputs()[0].Name)
	assert.Equal(t, "float32(None, 2)", m.Outputs()[0].Type.String())
	require.Len(t, m.Weights(), 4)
	assert.Equal(t, "layers/dense_1", m.Weights()[3].Path)
	layer := m.Config()["config"].(map[string]any)["layers"].([]any)[2].(map[string]any)
	assert.Equal(t, "hard_sigmoid_keras2", layer["config"].(map[string]any)["activation"], "its meaning changed in Keras 3")
}

func TestEverythingUnsupportedIsListed(t *testing.T) {
	_, err := FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "Hologram", "config": {"name": "h", "batch_input_shape": [null, 3]}},
		{"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAA=", null, null]}},
		{"class_name": "Dense", "config": {"name": "d", "units": 1, "activation": "glow", "sparkle": true}}]}}`))
	var u *UnsupportedError
	require.ErrorAs(t, err, &u)
	require.Len(t, u.Problems, 4)
	for i, want := range []string{`layer "h" (Hologram)`, `layer "l" (Lambda)`, `"glow"`, "sparkle"} {
		assert.Contains(t, u.Problems[i].String(), want)
	}
}

func TestConfigLimits(t *testing.T) {
	for field, limits := range map[string]Limits{
		"ConfigBytes": {ConfigBytes: 10},
		"JSONDepth":   {JSONDepth: 3},
		"Layers":      {Layers: 2},
	} {
		_, err := FromConfig([]byte(twoDense), WithLimits(limits))
		var l *LimitError
		require.ErrorAs(t, err, &l, field)
		assert.Equal(t, field, l.Limit)
	}
}

func TestWhatIsNoModel(t *testing.T) {
	for content, want := range map[string]string{
		"": "an empty file",
		"version https://git-lfs.github.com/spec/v1\noid": "Git LFS pointer",
		"\x80\x04\x95pickle":                              "Python pickle",
		"{\"class_name\": \"Sequential\"}":                "JSON; FromConfig",
		"anything else that is not a model":               `begins with "anything"`,
	} {
		_, err := Read(bytes.NewReader([]byte(content)), int64(len(content)))
		var f *FormatError
		require.ErrorAs(t, err, &f)
		assert.Contains(t, err.Error(), want)
	}
	path := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(path, 0o700))
	_, err := Load(path)
	require.ErrorContains(t, err, "an empty folder")
	_, err = Load(filepath.Join(path, "absent.h5"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
