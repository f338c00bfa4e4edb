package keras

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSaveKeepsEverything saves every fixture in every format and loads it
// again: configuration, weights bit for bit, training configuration, optimizer.
func TestSaveKeepsEverything(t *testing.T) {
	var files []string
	for _, glob := range []string{"../testdata/models/*/*.h5", "../testdata/models/*/*.keras"} {
		found, err := filepath.Glob(glob)
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			m, err := Load(file)
			if err != nil { // the fixtures' own test says so
				t.Skip(err)
			}
			if m.origin.Era == 1 {
				t.Skip("saved as Keras 3 spells it, with other numbers")
			}
			for _, format := range []Format{FormatH5, FormatKeras} {
				var b bytes.Buffer
				err := m.Write(&b, format)
				var beyond *UnsupportedError
				if format == FormatH5 && errors.As(err, &beyond) && strings.Contains(err.Error(), "idf_weights") {
					continue
				}
				require.NoError(t, err)
				again, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
				require.NoError(t, err, format)
				equalModels(t, m, again)
			}
			var b bytes.Buffer
			require.NoError(t, m.Write(&b, FormatWeightsH5))
			again, err := m.ReadWeights(bytes.NewReader(b.Bytes()), int64(b.Len()))
			require.NoError(t, err)
			equalWeights(t, m, again)
		})
	}
}

func equalModels(t *testing.T, m, again *Model) {
	t.Helper()
	equalWeights(t, m, again)
	o, p := m.origin, again.origin
	assert.Equal(t, max(o.Era, 2), p.Era)
	training, err := (&saver{m: m}).training()
	require.NoError(t, err)
	if class, _ := optimizerOf(training); class != "" { // the model was compiled
		assert.NotEmpty(t, p.TrainingConfig)
		require.Len(t, p.Optimizer, len(o.Optimizer))
		for i := range o.Optimizer {
			assert.Equal(t, o.Optimizer[i].Data, p.Optimizer[i].Data)
		}
	}
}

func equalWeights(t *testing.T, m, again *Model) {
	t.Helper()
	require.Len(t, again.weights, len(m.weights))
	for i, w := range m.weights {
		assert.Equal(t, w.Value.Bytes(), again.weights[i].Value.Bytes(), w.Layer+"."+w.Name)
		if w.Stored != nil && assert.NotNil(t, again.weights[i].Stored) {
			assert.Equal(t, w.Stored.Data, again.weights[i].Stored.Data)
		}
	}
}

func TestSaveIsAtomic(t *testing.T) {
	m, err := Load("../testdata/models/seed/seed_k3.keras")
	require.NoError(t, err)
	dir := t.TempDir()
	path := filepath.Join(dir, "m.keras")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	broken := m.clone()
	o := *m.origin
	o.TrainingConfig = []byte("{")
	broken.origin = &o
	require.Error(t, broken.Save(path))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(data), "a failed save leaves the file that was there")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "and no temporary file")
	require.NoError(t, m.Save(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "the mode stays")
	require.Error(t, m.Save(filepath.Join(dir, "none", "m.keras")))
	require.ErrorContains(t, m.Save(filepath.Join(dir, "m.onnx")), "must end in one of")
	require.ErrorContains(t, m.Save(dir+".h5/"), "h5")
}

func TestLongListsAreSplit(t *testing.T) {
	var config strings.Builder
	config.WriteString(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 2], "dtype": "float32", "name": "x"}}`)
	for i := range 420 {
		config.WriteString(`, {"class_name": "Dense", "config": {"units": 2, "name": "` + strings.Repeat("n", 200) + strings.Repeat("i", i) + `"}}`)
	}
	config.WriteString(`]}}`)
	m, err := FromConfig([]byte(config.String()))
	require.NoError(t, err)
	for i := range m.weights {
		for k := range m.weights[i].Value.Float32s() {
			m.weights[i].Value.Float32s()[k] = float32(i*7 + k)
		}
	}
	var b bytes.Buffer
	require.NoError(t, m.Write(&b, FormatH5))
	again, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	equalWeights(t, m, again)
}

// TestSlashInLayerName: a layer whose name has slashes is groups within groups in an
// .h5, as h5py makes them.
func TestSlashInLayerName(t *testing.T) {
	m, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.15.0", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 3]}},
		{"class_name": "Dense", "config": {"name": "conv1/conv", "units": 2}},
		{"class_name": "Dense", "config": {"name": "conv1/bn", "units": 2}}]}}`))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "m.h5")
	require.NoError(t, m.Save(path))
	again, err := Load(path)
	require.NoError(t, err)
	assert.Len(t, again.Weights(), 4)
}
