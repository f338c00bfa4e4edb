package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
)

func TestListIsCurrent(t *testing.T) {
	want, err := List("../../layers")
	require.NoError(t, err)
	have, err := os.ReadFile("../../LAYERS.md")
	require.NoError(t, err)
	require.Equal(t, string(want), string(have), "run make generate")
}

// elsewhere lists layers whose fixtures have another name than theirs.
var elsewhere = map[string]string{
	"InputLayer":       "in every fixture",
	"LSTMCell":         "in those of RNN and StackedRNNCells",
	"GRUCell":          "in those of RNN and StackedRNNCells",
	"SimpleRNNCell":    "in those of RNN and StackedRNNCells",
	"CustomScaleLayer": "in keras.applications, which CI writes",
	"LayerScale":       "in keras.applications, which CI writes",
	"StochasticDepth":  "in keras.applications, which CI writes",
	"Highway":          "of Keras 1, which cannot be run any more",
	"MaxoutDense":      "of Keras 1, which cannot be run any more",
}

// families are fixtures named after something else than a layer.
var families = []string{"Convert", "LoRA", "Ops", "OtherFormat", "Policy", "Quantized", "SlicingOpLambda", "TFOpLambda"}

// later lists layers that have fixtures and are yet to be written.
var later = strings.Fields(`LocallyConnected1D LocallyConnected2D SpectralNormalization`)

// TestEveryLayerHasAFixture holds that every layer is compared with real Keras,
// and that no fixture waits for a layer unnoticed.
func TestEveryLayerHasAFixture(t *testing.T) {
	files, err := filepath.Glob("../../testdata/models/layers/*.npz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	have := map[string]bool{}
	for _, path := range files {
		class, _, _ := strings.Cut(filepath.Base(path), "_")
		have[class] = true
	}
	known := map[string]bool{}
	for _, name := range layers.Names() {
		if strings.HasPrefix(name, "ops.") {
			continue
		}
		l, _ := layers.New(name)
		known[name] = true
		have[l.Base().Class] = have[l.Base().Class] || have[name]
	}
	for name := range known {
		if l, _ := layers.New(name); elsewhere[l.Base().Class] == "" {
			assert.True(t, have[l.Base().Class], "%s has no fixture", name)
		}
	}
	waiting := map[string]bool{}
	for _, name := range append(families, later...) {
		waiting[name] = true
	}
	for class := range have {
		assert.True(t, known[class] || waiting[class], "the fixtures of %s have no layer", class)
	}
}
