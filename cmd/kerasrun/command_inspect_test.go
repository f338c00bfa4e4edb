package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

func TestInspectDrawsTheSummary(t *testing.T) {
	r := kerasrun(t, "", "inspect", seed+"seed_k2.h5", "--weights")
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{
		"Keras 2.15.0", "tensorflow",
		"│ dense (Dense)             │ (None, 100)  │   5,300 │",
		"│ activation_2 (Activation) │ (None, 1)    │       0 │",
		" Total params: 9,381 (36.64 KB)", " Trainable params: 9,381 (36.64 KB)", " Non-trainable params: 0 (0.00 B)",
		"dense_input float32(None, 52)", "SGD", "mean_absolute_error", "dense_1/kernel  [100 40]",
	} {
		assert.Contains(t, r.stdout, want)
	}
	assert.NotContains(t, r.stdout, "Connected to")
	r = kerasrun(t, "", "inspect", "../../testdata/models/layers/Add_three_k3.keras")
	require.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "│ add (Add)        │ (None, 4, 3) │       0 │ in0[0][0],   │")
	assert.Contains(t, r.stdout, "Not compiled")
}

func TestInspectTellsWhatLambdasCompute(t *testing.T) {
	r := kerasrun(t, "", "inspect", "../../testdata/models/layers/Lambda_scale_k2.h5")
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `(?m)^Lambda   lambda\w*: x / 127\.5 - 1\.0$`, r.stdout)
	r = kerasrun(t, "", "inspect", "--json", "../../testdata/models/layers/Lambda_in_time_k3.keras")
	require.Zero(t, r.code, r.stderr)
	var s summary
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &s))
	require.Len(t, s.Lambdas, 1)
	assert.Equal(t, "x[:, :2] / 2.0", s.Lambdas[0].Formula)
	assert.Contains(t, s.Lambdas[0].Name, "time_distributed")
}

func TestInspectTellsWhatIsStateful(t *testing.T) {
	r := kerasrun(t, "", "inspect", "../../testdata/stateful/bidirectional.keras")
	require.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "Stateful bidirectional/forward_simple_rnn: every call starts from zero")
}

func TestInspectJSON(t *testing.T) {
	r := kerasrun(t, "", "inspect", seed+"seed_k3.keras", "--json")
	require.Zero(t, r.code, r.stderr)
	var s summary
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &s))
	assert.Equal(t, "3.15.1", s.KerasVersion)
	assert.EqualValues(t, 9381, s.Params.Total)
	assert.Equal(t, "SGD", s.Compiled.Optimizer)
	assert.Equal(t, []string{"mean_absolute_error"}, s.Compiled.Losses)
	assert.Empty(t, s.NotFinite)
	assert.Equal(t, "dense", s.Layers[1].Name)
	assert.Equal(t, []string{"input_layer[0][0]"}, s.Layers[1].ConnectedTo)
}

func TestInspectNamesWeightsThatAreNotFinite(t *testing.T) {
	m, err := keras.Load(seed + "seed_k2.h5")
	require.NoError(t, err)
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		values = append(values, w.Value.Clone())
	}
	values[2].Float32s()[7] = float32(math.NaN())
	values[2].Float32s()[8] = float32(math.Inf(1))
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "nan.h5")
	require.NoError(t, m.Save(path))
	r := kerasrun(t, "", "inspect", path)
	assert.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "Warning: weight dense_1/kernel has 1 NaN and 1 infinite of 4,000 numbers")
	r = kerasrun(t, rowsCSV(t), "predict", path)
	assert.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "NaN")
}

// TestBrokenModels gives every verb files that are no models.
func TestBrokenModels(t *testing.T) {
	dir := t.TempDir()
	whole, err := os.ReadFile(seed + "seed_k2.h5")
	require.NoError(t, err)
	m, err := keras.Load(seed + "seed_k2.h5")
	require.NoError(t, err)
	weights := filepath.Join(dir, "only.weights.h5")
	require.NoError(t, m.Save(weights))
	for name, content := range map[string][]byte{"empty.h5": {}, "text.h5": []byte("hello"), "cut.h5": whole[:len(whole)/3], "zip.keras": []byte("PK\x03\x04")} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	for _, name := range []string{"empty.h5", "text.h5", "cut.h5", "zip.keras", "only.weights.h5", "none.h5"} {
		for _, verb := range [][]string{{"inspect"}, {"predict"}, {"bench"}, {"rewrite", "--head", "relu", "-o", filepath.Join(dir, "o.h5")}} {
			r := kerasrun(t, "", append(verb, filepath.Join(dir, name))...)
			assert.Equal(t, exitFailed, r.code, "%s %s", verb[0], name)
			assert.Contains(t, r.stderr, name)
			assert.Empty(t, r.stdout)
		}
	}
}

func TestInspectListsAllThatIsUnsupported(t *testing.T) {
	config := `{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 3]}},
		{"class_name": "Mystery", "config": {"name": "a"}}, {"class_name": "Riddle", "config": {"name": "b"}}]}}`
	path := filepath.Join(t.TempDir(), "strange.keras")
	f, err := os.Create(path)
	require.NoError(t, err)
	z := zip.NewWriter(f)
	for name, content := range map[string]string{"config.json": config, "metadata.json": `{"keras_version": "3.15.1"}`, "model.weights.h5": ""} {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, errors.Join(z.Close(), f.Close()))
	for _, flags := range [][]string{nil, {"--json"}} {
		r := kerasrun(t, "", append([]string{"inspect", path}, flags...)...)
		assert.Equal(t, exitFailed, r.code)
		for _, name := range []string{"Mystery", "Riddle"} {
			assert.Contains(t, r.stdout+r.stderr, name)
		}
	}
}
