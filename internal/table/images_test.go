package table

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// writePNG writes an image whose pixels are all of one color.
func writePNG(t *testing.T, path string, width, height int, gray byte) {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		m.Set(i%width, i/width, color.NRGBA{R: gray, G: 2, B: 3, A: 255})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
}

// TestFolderOfImages reads the images in Keras' order, resized, as one batch.
func TestFolderOfImages(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"b.png", "a/z.PNG", "a/b/c.png", "a-1/x.png", "a/A.png"} {
		writePNG(t, filepath.Join(dir, name), 2+i, 3, byte(i))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("no image"), 0o644))
	inputs := []keras.Port{port("image", runtime.Float32, 2, 2, 3)}
	r, err := Open(Folder(dir), &Wanted{Inputs: inputs})
	require.NoError(t, err)
	batches, shapes, err := all(r, 4)
	require.NoError(t, err)
	assert.Equal(t, []string{"float32(4, 2, 2, 3)", "float32(1, 2, 2, 3)"}, shapes)
	var order []float32
	for _, b := range batches {
		for i := 0; i < b[0].Len(); i += 12 {
			order = append(order, b[0].Float32s()[i])
		}
	}
	assert.Equal(t, []float32{0, 4, 1, 3, 2}, order) // b, a/A, a/z, a-1/x, a/b/c

	first, err := Open(Folder(dir), &Wanted{Inputs: []keras.Port{port("image", runtime.Float32, 3, 2, 2)}})
	require.NoError(t, err)
	batches, _, err = all(first, 10)
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 0, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3}, batches[0][0].Float32s()[:12])

	open, err := Open(Folder(dir), &Wanted{Inputs: []keras.Port{port("image", runtime.Float32, -1, -1, 1)}})
	require.NoError(t, err)
	_, shapes, err = all(open, 10)
	require.NoError(t, err)
	assert.Equal(t, "float32(1, 3, 2, 1)", shapes[0]) // each in its own size
	assert.Len(t, shapes, 5)
}

func TestImagesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	writePNG(t, filepath.Join(dir, "1.png"), 2, 2, 7)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "2.png"), nil, 0o644))
	writePNG(t, filepath.Join(dir, "3.png"), 2, 2, 8)
	inputs := []keras.Port{port("image", runtime.Float32, 2, 2, 3)}
	r, err := Open(Folder(dir), &Wanted{Inputs: inputs})
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	assert.ErrorContains(t, err, "2.png: no rows: the input is empty")
	assert.Len(t, batches, 1, "the rows before are there")
	var bad *RowError
	assert.ErrorAs(t, err, &bad)
	batches, _, err = all(r, 10)
	require.NoError(t, err)
	assert.Len(t, batches, 1, "and those behind it")

	for _, inputs := range [][]keras.Port{{port("x", runtime.Float32, 4)}, {port("x", runtime.Float32, 2, 2, 5)}, {inputs[0], inputs[0]}} {
		r, err := Open(Folder(dir), &Wanted{Inputs: inputs})
		require.NoError(t, err)
		_, err = r.Next(1)
		assert.Error(t, err)
	}
}
