package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// imageModel is a model that answers with the mean of each channel.
func imageModel(t *testing.T) string {
	t.Helper()
	m, err := keras.FromConfig([]byte(`{"module": "keras", "class_name": "Sequential", "config": {"name": "means", "layers": [
		{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 9, 13, 3], "dtype": "float32", "name": "image"}},
		{"module": "keras.layers", "class_name": "GlobalAveragePooling2D", "config": {"name": "mean", "dtype": "float32"}}]}}`))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "means.keras")
	require.NoError(t, m.Save(path))
	return path
}

func TestPredictImages(t *testing.T) {
	model, dir := imageModel(t), "../../internal/images/testdata"
	r := kerasrun(t, "", "predict", model, dir)
	require.Zero(t, r.code, r.stderr)
	files, err := filepath.Glob(dir + "/*")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	assert.Len(t, lines, len(files)-1+1, "a row for each, without the .npz, and a header")

	photo, err := os.ReadFile(dir + "/rgb.png")
	require.NoError(t, err)
	one := kerasrun(t, string(photo), "predict", model)
	require.Zero(t, one.code, one.stderr)
	several := kerasrun(t, "", "predict", model, dir+"/rgb.*")
	require.Zero(t, several.code, several.stderr)
	assert.Equal(t, 4, strings.Count(several.stdout, "\n")) // .bmp, .png, .tif
	assert.Contains(t, several.stdout, strings.Split(one.stdout, "\n")[1])

	other := kerasrun(t, "", "predict", model, dir+"/rgb.png", "--images", "dataset", "--crop")
	require.Zero(t, other.code, other.stderr)
	assert.NotEqual(t, one.stdout, other.stdout)
	for _, args := range [][]string{{"--images", "cv2"}, {"--interpolation", "cubic"}, {"--images", "dataset", "--interpolation", "box"}} {
		r := kerasrun(t, "", append([]string{"predict", model, dir}, args...)...)
		assert.Equal(t, exitUsage, r.code, r.stderr)
	}
}
