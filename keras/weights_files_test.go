package keras_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// weighed reads a configuration that real Keras wrote, and its answers.
func weighed(t *testing.T, name string) (*keras.Model, npz.Archive) {
	config, err := os.ReadFile("../testdata/weights/" + name + ".json")
	require.NoError(t, err)
	m, err := keras.FromConfig(config)
	require.NoError(t, err)
	answers, err := npz.ReadFile("../testdata/weights/weighed"+name[len("weighed"):len("weighed")+3]+".npz", npz.Limits{})
	require.NoError(t, err)
	return m, answers
}

func TestFilesOfWeightsAlone(t *testing.T) {
	for _, c := range []struct {
		name, file string
		options    []keras.LoadOption
	}{
		{"weighed_k2", "weighed_k2.h5", nil},
		{"weighed_k2", "weighed_k2.h5", []keras.LoadOption{keras.ByName()}},
		{"weighed_k2", "weighed_k2.weights.h5", nil},
		{"weighed_k3", "weighed_k3.weights.h5", nil},
	} {
		m, answers := weighed(t, c.name)
		m, err := m.LoadWeights("../testdata/weights/"+c.file, c.options...)
		require.NoError(t, err, c.file)
		p, err := m.Compile()
		require.NoError(t, err)
		x, err := arrays.Tensor(answers.Get("input_0"), runtime.Float32)
		require.NoError(t, err)
		y, err := p.RunAll(t.Context(), []*runtime.Tensor{x})
		require.NoError(t, err)
		_, err = fixture.Compare("output_0", y[0], answers.Get("output_0"), fixture.ForModels)
		assert.NoError(t, err, c.file)
	}
}

// By name a model takes the weights of the layers that the file has and keeps
// those of the others; in order its layers must be the file's.
func TestWeightsByName(t *testing.T) {
	m, _ := weighed(t, "weighed_k2_other")
	_, err := m.LoadWeights("../testdata/weights/weighed_k2.h5")
	var broken *keras.FormatError
	require.ErrorAs(t, err, &broken)

	got, err := m.LoadWeights("../testdata/weights/weighed_k2.h5", keras.ByName())
	require.NoError(t, err)
	full, _ := weighed(t, "weighed_k2")
	full, err = full.LoadWeights("../testdata/weights/weighed_k2.h5")
	require.NoError(t, err)
	want := map[string][]float32{}
	for _, w := range full.Weights() {
		want[w.Layer+"/"+w.Path+w.Name] = w.Value.Float32s()
	}
	taken := 0
	for i, w := range got.Weights() {
		if w.Layer == "new" {
			assert.Equal(t, m.Weights()[i].Value.Float32s(), w.Value.Float32s())
			continue
		}
		if old, ok := want[w.Layer+"/"+w.Path+w.Name]; ok {
			assert.Equal(t, old, w.Value.Float32s(), w.Layer)
			taken++
		}
	}
	assert.GreaterOrEqual(t, taken, 6, "the two cells' kernels and biases")
}
