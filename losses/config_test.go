package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// What Config writes of each loss, Decode reads.
func TestConfigIsReadAgain(t *testing.T) {
	for _, name := range Names() {
		l, err := New(name)
		require.NoError(t, err)
		class, function, options := Config(l)
		assert.Equal(t, name, function)
		if function != "categorical_generalized_cross_entropy" {
			assert.Empty(t, class, "defaults need no class")
			assert.Nil(t, options)
		}
		if Class(name) == "" {
			continue
		}
		l.Base().Reduction = "sum"
		switch l := l.(type) {
		case *Huber:
			l.Delta = 3
		case *BinaryCrossentropy:
			l.LabelSmoothing, l.FromLogits = 0.5, true
		}
		class, _, options = Config(l)
		d := &layers.Decoder{}
		assert.Equal(t, l, Decode(d, class, options))
		assert.Empty(t, d.Problems, name)
	}
}

func TestNamesOfEveryKeras(t *testing.T) {
	for given, want := range map[string]string{
		"mse": "mean_squared_error", "MSE": "mean_squared_error", "MeanSquaredError": "mean_squared_error",
		"mean_squared_error": "mean_squared_error", "kullback_leibler_divergence": "kl_divergence", "kld": "kl_divergence",
		"KLDivergence": "kl_divergence", "logcosh": "log_cosh", "cosine_proximity": "cosine_similarity",
	} {
		l, err := New(given)
		require.NoError(t, err)
		assert.Equal(t, want, Name(l))
	}
	_, err := New("charm")
	assert.ErrorContains(t, err, `"charm"`)
	assert.Empty(t, Name(nil))
}

func TestDecodeProblems(t *testing.T) {
	for want, config := range map[string]map[string]any{
		"reduction median":     {"reduction": "median"},
		"axis 1":               {"axis": 1},
		"unknown option tilt":  {"tilt": 1.0},
		"delta: must be a num": {"delta": "much"},
	} {
		d := &layers.Decoder{}
		Decode(d, "Huber", config)
		require.Len(t, d.Problems, 1, want)
		assert.Contains(t, d.Problems[0].String(), want)
	}
}

// Keras 2 adds epsilon to probabilities that it clipped already.
func TestBinaryCrossentropyOfKeras2(t *testing.T) {
	for rules, want := range map[Rules]float64{Keras3: -math.Log(1 - 1e-7), Keras2: -math.Log(1), Keras22: -math.Log(1 - 1e-7)} {
		b := runtime.NewBuilder()
		y, p := b.Reshape(b.Floats(1), 1, 1), b.Reshape(b.Floats(1), 1, 1)
		g, err := b.Graph(new(BinaryCrossentropy).Samples(NewCall(b, y, p, nil, rules)))
		require.NoError(t, err)
		program, err := runtime.Compile(g, runtime.Options{})
		require.NoError(t, err)
		out, err := runtime.NewTensor(runtime.Float32, 1)
		require.NoError(t, err)
		require.NoError(t, program.Run(t.Context(), nil, []*runtime.Tensor{out}))
		assert.InDelta(t, want, out.Float32s()[0], 3e-8)
	}
}
