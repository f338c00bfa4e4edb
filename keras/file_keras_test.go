package keras

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

const threeDense = `{"module": "keras", "class_name": "Sequential", "registered_name": null, "config": {"name": "s", "layers": [
	{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 2], "dtype": "float32", "name": "in"}},
	{"module": "keras.layers", "class_name": "Dense", "config": {"name": "first", "units": 3}},
	{"module": "keras.layers", "class_name": "Dropout", "config": {"name": "drop", "rate": 0.5}},
	{"module": "keras.layers", "class_name": "Dense", "config": {"name": "second", "units": 4}},
	{"module": "keras.layers", "class_name": "Dense", "config": {"name": "third", "units": 5}}]},
	"compile_config": {"optimizer": "adam", "loss": "mse"}}`

// tree writes weights as Keras 3 does, under the given names of groups, which
// may have separators in them.
func tree(t *testing.T, list string, names ...string) []byte {
	t.Helper()
	root := &hdf5.GroupNode{}
	sizes := []int{2, 3, 4, 5}
	for i, name := range names {
		g := root
		if list != "" {
			g = g.Group(list)
		}
		g = g.Group(name).Group("vars")
		g.AddDataset("0", floats(1000*i, []int{sizes[i], sizes[i+1]}))
		g.AddDataset("1", floats(100*i, []int{sizes[i+1]}))
	}
	o := root.Group("optimizer").Group("vars")
	for i := range 11 { // more than nine: "10" comes after "2"
		o.AddDataset(fmt.Sprint(i), floats(i, []int{1}))
	}
	var b bytes.Buffer
	require.NoError(t, hdf5.Write(&b, root))
	return b.Bytes()
}

type member struct{ name, content string }

func archived(t *testing.T, method uint16, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		require.NoError(t, err)
		_, err = w.Write([]byte(m.content))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestNamesInArchives(t *testing.T) {
	for name, weights := range map[string][]byte{
		"Keras 3":                    tree(t, "layers", "dense", "dense_1", "dense_2"),
		"Keras 2.13, which has gaps": tree(t, "_layer_checkpoint_dependencies", "dense", "dense_2", "dense_10"),
		"saved on Windows":           tree(t, "", `layers\dense`, `layers\dense_1`, `layers\dense_2`),
	} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			file := archived(t, method, member{"metadata.json", `{"keras_version": "3.4.1"}`}, member{"config.json", threeDense},
				member{"assets/x/vocabulary.txt", "a\nb"}, member{"model.weights.h5", string(weights)})
			m := loadBytes(t, file)
			require.Len(t, m.weights, 6, name)
			for i := range 3 {
				assert.Equal(t, float32(1000*i), m.weights[2*i].Value.Float32s()[0], name)
				assert.Equal(t, float32(100*i), m.weights[2*i+1].Value.Float32s()[0], name)
			}
			o := m.Origin()
			assert.Equal(t, "3.4.1", o.KerasVersion)
			assert.Equal(t, 3, o.Era)
			assert.JSONEq(t, `{"optimizer": "adam", "loss": "mse"}`, string(o.TrainingConfig))
			assert.Equal(t, "a\nb", string(o.Assets["assets/x/vocabulary.txt"]))
			require.Len(t, o.Optimizer, 11)
			assert.Equal(t, "10", o.Optimizer[10].Name)
			assert.Equal(t, []byte(threeDense), o.Config)
		}
	}
}

func TestShards(t *testing.T) {
	root := func(name string, first int, in, out int) string {
		g := &hdf5.GroupNode{}
		v := g.Group("layers").Group(name).Group("vars")
		v.AddDataset("0", floats(first, []int{in, out}))
		v.AddDataset("1", floats(first, []int{out}))
		var b bytes.Buffer
		require.NoError(t, hdf5.Write(&b, g))
		return b.String()
	}
	index := `{"metadata": {"total_size": 1}, "weight_map": {"/layers/dense/vars": "model_00000.weights.h5",
		"/layers/dense_1/vars": ["model_00001.weights.h5"], "/layers/dense_2/vars": "%s"}}`
	members := []member{{"config.json", threeDense}, {"model.weights.json", fmt.Sprintf(index, "model_00001.weights.h5")},
		{"model_00000.weights.h5", root("dense", 1, 2, 3)}, {"model_00001.weights.h5", ""}}
	two := &hdf5.GroupNode{}
	for i, name := range []string{"dense_1", "dense_2"} {
		v := two.Group("layers").Group(name).Group("vars")
		v.AddDataset("0", floats(10*i+2, []int{3 + i, 4 + i}))
		v.AddDataset("1", floats(10*i+2, []int{4 + i}))
	}
	var b bytes.Buffer
	require.NoError(t, hdf5.Write(&b, two))
	members[3].content = b.String()
	m := loadBytes(t, archived(t, zip.Store, members...))
	assert.Equal(t, float32(1), m.weights[0].Value.Float32s()[0])
	assert.Equal(t, float32(12), m.weights[4].Value.Float32s()[0])

	members[1].content = fmt.Sprintf(index, "../elsewhere.h5")
	file := archived(t, zip.Store, members...)
	_, err := Read(bytes.NewReader(file), int64(len(file)))
	require.ErrorContains(t, err, "weight_map")
}

func TestBrokenArchives(t *testing.T) {
	weights := string(tree(t, "layers", "dense", "dense_1", "dense_2"))
	config, model := member{"config.json", threeDense}, member{"model.weights.h5", weights}
	for want, members := range map[string][]member{
		"a member config.json":                  {model},
		"a member model.weights.h5":             {config},
		"different names":                       {config, model, {"config.json", "{}"}},
		`layer "third" weights: wanted a group`: {config, {"model.weights.h5", string(tree(t, "layers", "dense", "dense_1"))}},
		"weights as pickled Python objects":     {config, {"model.weights.npz", "PK"}},
		"shape wanted (2, 4), received (2, 3)":  {{"config.json", strings.Replace(threeDense, `"units": 3`, `"units": 4`, 1)}, {"model.weights.h5", weights}},
		"JSON at byte":                          {{"config.json", "{"}, model},
		"a Sequential or Functional model":      {{"config.json", `{"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}}`}, model},
	} {
		file := archived(t, zip.Store, members...)
		_, err := Read(bytes.NewReader(file), int64(len(file)))
		require.ErrorContains(t, err, want)
		var f *FormatError
		var u *UnsupportedError
		assert.True(t, errors.As(err, &f) || errors.As(err, &u), "%T", err)
	}
}

func TestArchiveLimits(t *testing.T) {
	weights := string(tree(t, "layers", "dense", "dense_1", "dense_2"))
	file := archived(t, zip.Deflate, member{"config.json", threeDense}, member{"model.weights.h5", weights})
	for limit, limits := range map[string]Limits{
		"FileBytes":   {FileBytes: 100},
		"ZipMembers":  {ZipMembers: 1},
		"ZipBytes":    {ZipBytes: 1000},
		"ConfigBytes": {ConfigBytes: 100},
		"WeightBytes": {WeightBytes: 64},
		"Layers":      {Layers: 3},
	} {
		_, err := Read(bytes.NewReader(file), int64(len(file)), WithLimits(limits))
		var l *LimitError
		require.ErrorAs(t, err, &l, limit)
		assert.Equal(t, limit, l.Limit)
	}
	bomb := archived(t, zip.Deflate, member{"config.json", threeDense}, member{"model.weights.h5", strings.Repeat("\x00", 65<<20)})
	_, err := Read(bytes.NewReader(bomb), int64(len(bomb)))
	var l *LimitError
	require.ErrorAs(t, err, &l)
	assert.Equal(t, "ZipRatio", l.Limit)
}
