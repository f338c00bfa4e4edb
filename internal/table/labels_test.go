package table

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Names of classes become numbers or rows, in every format that has text.
func TestLabels(t *testing.T) {
	in, out := []keras.Port{port("dense_input", runtime.Float32, 2)}, []keras.Port{port("out", runtime.Float32, 3)}
	labels := []string{"cat", "dog", "emu"}
	for name, text := range map[string]string{
		"csv": "x0,x1,kind\n1,2,emu\n3,4, cat\n",
		"parquet": string(asParquet(t, []keras.Port{port("x", runtime.Float32, 2), port("y", runtime.String)},
			tensorOf(t, []float32{1, 2, 3, 4}, 2, 2), tensorOf(t, []string{"emu", "cat"}, 2))),
		"json": `{"x": [1, 2], "y": "emu"}` + "\n" + `{"x": [3, 4], "y": "cat"}`,
	} {
		w := &Wanted{Inputs: in, Outputs: out, Labels: labels}
		d, _, err := ReadTraining(Stream("rows", strings.NewReader(text)), w)
		require.NoError(t, err, name)
		assert.Equal(t, []float32{2, 0}, d.Y[0].Float32s(), name)
		assert.Equal(t, []float32{1, 2, 3, 4}, d.X[0].Float32s(), name)
		w.OneHot = true
		d, _, err = ReadTraining(Stream("rows", strings.NewReader(text)), w)
		require.NoError(t, err, name)
		assert.Equal(t, runtime.Shape{2, 3}, d.Y[0].Shape(), name)
		assert.Equal(t, []float32{0, 0, 1, 1, 0, 0}, d.Y[0].Float32s(), name)
	}
	for want, w := range map[string]Wanted{
		`row 2: wanted one of the labels cat, dog, emu for the target, received "eel"`: {Labels: labels, Outputs: out},
		`"out" has 3 classes, received 2 labels`:                                       {Labels: labels[:2], Outputs: out},
		`label "cat" stands twice`:                                                     {Labels: []string{"cat", "dog", "cat"}, Outputs: out},
		"labels need a model with one output":                                          {Labels: labels, Outputs: []keras.Port{out[0], out[0]}, Targets: []string{"kind", "x0"}},
	} {
		w.Inputs, w.AllowExtra = in, true
		if len(w.Outputs) == 2 {
			w.Inputs = []keras.Port{port("x1", runtime.Float32, 1)}
		}
		_, _, err := ReadTraining(Stream("rows", strings.NewReader("x0,x1,kind\n1,2,emu\n3,4,eel\n")), &w)
		assert.ErrorContains(t, err, want)
	}
}

// Folders of a folder are the classes.
func TestImagesOfClasses(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"cat/1.png", "cat/2.png", "dog/more/3.png", "dog/4.png", "dog/5.png"} {
		writePNG(t, filepath.Join(dir, name), 2, 2, byte(i+1))
	}
	in, out := []keras.Port{port("image", runtime.Float32, 2, 2, 3)}, []keras.Port{port("out", runtime.Float32, 1)}
	var notes []string
	w := &Wanted{Inputs: in, Outputs: out, Note: func(s string) { notes = append(notes, s) }}
	d, _, err := ReadTraining(Folder(dir), w)
	require.NoError(t, err)
	require.Equal(t, 5, d.Rows())
	seen := map[float32]float32{}
	for r := range 5 {
		seen[d.X[0].Float32s()[r*12]] = d.Y[0].Float32s()[r]
	}
	assert.Equal(t, map[float32]float32{1: 0, 2: 0, 3: 1, 4: 1, 5: 1}, seen)
	assert.Equal(t, []string{"the classes are the folders: cat, dog"}, notes)
	assert.NotEqual(t, []float32{0, 0, 1, 1, 1}, d.Y[0].Float32s(), "classes are mixed")

	again, kept, err := ReadTraining(Folder(dir), &Wanted{Inputs: in, Outputs: out, Labels: []string{"dog", "cat"}, Keep: []string{"file"}})
	require.NoError(t, err)
	require.Len(t, kept, 1)
	for r, path := range kept[0].Strings() {
		assert.Equal(t, strings.Contains(path, "cat"), again.Y[0].Float32s()[r] == 1, path)
		assert.Equal(t, d.Y[0].Float32s()[r], 1-again.Y[0].Float32s()[r])
	}
	_, _, err = ReadTraining(Folder(dir), &Wanted{Inputs: in, Outputs: out, Labels: []string{"dog", "cow"}})
	assert.ErrorContains(t, err, "the labels are dog, cow, the folders cat, dog")
	_, _, err = ReadTraining(Folder(filepath.Join(dir, "cat")), &Wanted{Inputs: in, Outputs: out})
	assert.ErrorContains(t, err, "a folder with images for each class")
	f, err := os.Open(filepath.Join(dir, "cat/1.png"))
	require.NoError(t, err)
	defer f.Close()
	_, _, err = ReadTraining(Stream("1.png", f), &Wanted{Inputs: in, Outputs: out})
	assert.ErrorContains(t, err, "a folder for each class")
}
