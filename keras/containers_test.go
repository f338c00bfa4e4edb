package keras_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

const containers = "../testdata/models/containers/"

// put copies files of the fixtures into a folder under other names.
func put(t *testing.T, dir string, names map[string]string) {
	for to, from := range names {
		data, err := os.ReadFile(containers + from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, to), data, 0o600))
	}
}

func TestPairs(t *testing.T) {
	for _, c := range []struct {
		config string
		beside []string // files that all hold the weights
		want   string   // "" for success
	}{
		{"model.json", []string{"model.h5"}, ""},
		{"model.json", []string{"model_weights.h5"}, ""},
		{"model.json", []string{"model.h5", "model.weights.h5"}, ""}, // what calls itself weights is taken
		{"model_architecture.json", []string{"weights.h5", "other.h5"}, ""},
		{"fer.json", []string{"fer-weights.hdf5", "mood.h5"}, ""},
		{"fer.json", []string{"mood.h5"}, "a file of its name beside it, fer_weights.h5"},
		{"model.json", []string{"model_weights.h5", "weights.h5"}, "one file beside it, or a choice"},
		{"model.json", nil, "received none"},
	} {
		dir := t.TempDir()
		files := map[string]string{c.config: "pair.json"}
		for _, name := range c.beside {
			files[name] = "pair_weights.h5"
		}
		put(t, dir, files)
		m, err := keras.Load(filepath.Join(dir, c.config))
		if c.want != "" {
			var broken *keras.FormatError
			require.ErrorAs(t, err, &broken)
			assert.ErrorContains(t, err, c.want)
			continue
		}
		require.NoError(t, err, c.beside)
		assert.NotZero(t, m.Weights()[0].Value.Float32s()[0])
	}
}

// The same pair from disk, from a file system, with the weights named, and as
// weights for a model that has none.
func TestWithWeights(t *testing.T) {
	whole, err := keras.Load(containers + "pair.json")
	require.NoError(t, err)
	same := func(m *keras.Model, err error) {
		t.Helper()
		require.NoError(t, err)
		for i, w := range m.Weights() {
			assert.Equal(t, whole.Weights()[i].Value.Float32s(), w.Value.Float32s())
		}
	}
	same(keras.ReadFS(os.DirFS(containers), "pair.json"))
	same(keras.ReadFS(os.DirFS(containers), "pair.json", keras.WithWeights("pair_weights.h5")))
	same(keras.Load(containers+"checkpoint_plain.json", keras.WithWeights(containers+"pair_weights.h5")))
	other, err := keras.Load(containers + "checkpoint_plain.json")
	require.NoError(t, err)
	same(other.LoadWeights(containers + "pair_weights.h5"))

	checkpoint, err := whole.LoadWeights(containers + "checkpoint_plain")
	require.NoError(t, err)
	assert.Equal(t, other.Weights()[0].Value.Float32s(), checkpoint.Weights()[0].Value.Float32s())
	_, err = whole.LoadWeights(containers + "tfjs_plain") // where names must be the layers'
	assert.ErrorContains(t, err, "names that begin with those of layers")
	js, err := keras.Load(containers + "tfjs_plain")
	require.NoError(t, err)
	_, err = js.LoadWeights(containers + "tfjs_uint8/model.json")
	require.Error(t, err)
	_, err = js.LoadWeights(containers + "tfjs_plain/model.json")
	require.NoError(t, err)
	_, err = whole.LoadWeights(containers + "saved_model_cells")
	require.Error(t, err)

	// An .h5 of an architecture: weights of its own are neither needed nor read.
	dir := t.TempDir()
	require.NoError(t, whole.Save(filepath.Join(dir, "whole.h5")))
	same(keras.Load(filepath.Join(dir, "whole.h5"), keras.WithWeights(containers+"pair_weights.h5")))
}

// metadata is a keras_metadata.pb with a root of this kind and JSON.
func metadata(identifier, text string) []byte {
	var node []byte
	for field, s := range map[protowire.Number]string{3: "root", 4: identifier, 5: text} {
		node = protowire.AppendString(protowire.AppendTag(node, field, protowire.BytesType), s)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), node)
}

func TestSavedModelsThatAreNone(t *testing.T) {
	dense := `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": {"class_name": "__tuple__", "items": [null, 3]}}}]}}`
	index, err := os.ReadFile(containers + "checkpoint_plain.index")
	require.NoError(t, err)
	for want, folder := range map[string]fstest.MapFS{
		"without Keras' metadata":                      {"m/saved_model.pb": {}},
		"subclass of Model":                            {"m/keras_metadata.pb": {Data: metadata("_tf_keras_model", `{"class_name": "Mine", "config": {}}`)}},
		"keras_metadata.pb: protocol buffer":           {"m/keras_metadata.pb": {Data: []byte(strings.Repeat("\x0b", 9000))}},
		"text must be UTF-8":                           {"m/keras_metadata.pb": {Data: metadata("_tf_keras_model", "\xff")}},
		"metadata of the model: JSON at byte":          {"m/keras_metadata.pb": {Data: metadata("_tf_keras_model", `{"class_name": `)}},
		"variables.index":                              {"m/keras_metadata.pb": {Data: metadata("_tf_keras_sequential", dense)}},
		"footer: size must be at least 48":             {"m/keras_metadata.pb": {Data: metadata("_tf_keras_sequential", dense)}, "m/variables/variables.index": {Data: []byte("short")}},
		"shard must be beside the index":               {"m/keras_metadata.pb": {Data: metadata("_tf_keras_sequential", dense)}, "m/variables/variables.index": {Data: index}},
		"saved_model.pb, model.json or config.json in": {"m/other": {}},
	} {
		_, err := keras.ReadFS(folder, "m")
		assert.ErrorContains(t, err, want)
		assert.NotEmpty(t, trial.Kind(err), "%T %v", err, err)
	}
}

// A folder is one model: links out of it, and what is no file, are not followed.
func TestFoldersAreClosed(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "model")
	require.NoError(t, os.Mkdir(inner, 0o700))
	put(t, dir, map[string]string{"weights.h5": "pair_weights.h5"})
	put(t, inner, map[string]string{"model.json": "pair.json"})
	require.NoError(t, os.Symlink("../weights.h5", filepath.Join(inner, "model.h5")))
	_, err := keras.Load(inner)
	assert.ErrorContains(t, err, "escapes")
	require.NoError(t, os.Remove(filepath.Join(inner, "model.h5")))
	require.NoError(t, os.Mkdir(filepath.Join(inner, "model.h5"), 0o700))
	_, err = keras.Load(inner)
	assert.ErrorContains(t, err, "received")
}

func TestYAML(t *testing.T) {
	config := "backend: tensorflow\nclass_name: Sequential\nconfig:\n  name: s\n  layers:\n  - class_name: Dense\n    config:\n      name: d\n      units: 2\n      activation: relu\n" +
		"      use_bias: false\n      batch_input_shape: !!python/tuple [null, 3]\nkeras_version: 2.2.4\n"
	dir := t.TempDir()
	m, err := keras.FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.2.4", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 2, "use_bias": false, "batch_input_shape": [null, 3]}}]}}`))
	require.NoError(t, err)
	weights := m.Weights()[0].Value
	for i := range weights.Float32s() {
		weights.Float32s()[i] = float32(i)
	}
	require.NoError(t, m.Save(filepath.Join(dir, "net.h5")))
	load := func(text string) (*keras.Model, error) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "net.yaml"), []byte(text), 0o600))
		return keras.Load(filepath.Join(dir, "net.yaml"), keras.WithLimits(trial.Limits()))
	}
	got, err := load(config)
	require.NoError(t, err)
	assert.Equal(t, weights.Float32s(), got.Weights()[0].Value.Float32s())

	bomb := "a: &a [x]\n"
	for c := 'b'; c < 'm'; c++ {
		before := "*" + string(c-1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat(before+", ", 9) + before + "]\n"
	}
	_, err = load(bomb)
	var limit *keras.LimitError
	require.ErrorAs(t, err, &limit)
	for _, text := range []string{"- [", "a: !!python/object:os.system x", "a: 1\na: 2", "? [a]\n: b", "&a [*a]", "just text"} {
		_, err := load(text)
		assert.NotEmpty(t, trial.Kind(err), "%s: %T %v", text, err, err)
	}
}

func TestSaveTFJS(t *testing.T) {
	m, err := keras.Load(containers + "tfjs_plain")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "web")
	require.NoError(t, m.SaveTFJS(dir))
	again, err := keras.Load(dir)
	require.NoError(t, err)
	for i, w := range m.Weights() {
		assert.Equal(t, w.Value.Float32s(), again.Weights()[i].Value.Float32s(), w.Name)
	}
	assert.ErrorContains(t, m.SaveTFJS(dir), "must be new or empty")
	data, err := os.ReadFile(filepath.Join(dir, "model.json"))
	require.NoError(t, err)
	var doc struct {
		Manifest []struct{ Weights []struct{ Name string } } `json:"weightsManifest"`
	}
	require.NoError(t, json.Unmarshal(data, &doc))
	assert.Equal(t, "depthwise_conv2d/depthwise_kernel", strings.Replace(doc.Manifest[0].Weights[6].Name, "_1/", "/", 1))

	m, err = keras.Load(containers + "tfjs_deep")
	require.NoError(t, err)
	err = m.SaveTFJS(filepath.Join(t.TempDir(), "web"))
	var no *keras.UnsupportedError
	require.ErrorAs(t, err, &no)
	assert.Len(t, no.Problems, 3, "attention, its call with a value, and a GRU with reset_after")
}

// Whatever the files of a folder hold, a load ends in a model or an error.
func FuzzFolder(f *testing.F) {
	read := func(name string) []byte {
		data, err := os.ReadFile(containers + name)
		require.NoError(f, err)
		return data
	}
	f.Add(read("saved_model_cells/keras_metadata.pb"), read("saved_model_cells/variables/variables.index"), read("saved_model_cells/variables/variables.data-00000-of-00001"), []byte{})
	f.Add([]byte{}, []byte{}, read("tfjs_plain/group1-shard1of1.bin"), read("tfjs_plain/model.json"))
	f.Fuzz(func(t *testing.T, meta, index, shard, config []byte) {
		files := fstest.MapFS{"m/variables/variables.index": {Data: index}, "m/variables/variables.data-00000-of-00001": {Data: shard},
			"m/model.json": {Data: config}, "m/group1-shard1of1.bin": {Data: shard}}
		if len(meta) > 0 {
			files["m/keras_metadata.pb"] = &fstest.MapFile{Data: meta}
		}
		if _, err := keras.ReadFS(files, "m", keras.WithLimits(trial.Limits())); err != nil {
			require.NotEmpty(t, trial.Kind(err), "%T %v", err, err)
		}
	})
}
