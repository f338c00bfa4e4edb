package core_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
)

// The layers that only Keras 1 had, held against their formulas by hand: it
// runs on no Python of today.

func TestHighway(t *testing.T) {
	x := layertest.Floats([]int{1, 2}, 1, -2)
	got := layertest.Apply(t, "Highway", `{"name": "h", "activation": "relu"}`, x,
		layertest.Floats([]int{2, 2}, 1, 2, 3, 4), layertest.Floats([]int{2, 2}, 0.5, 0, 0, 0.25), layertest.Floats([]int{2}, 7, 1), layertest.Floats([]int{2}, 0, 1))
	s := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	for i, want := range []float64{ // x·kernel + bias = (2, -5), the gates' arguments are (0.5, 0.5)
		2*s(0.5) + (1-s(0.5))*1,
		0*s(0.5) + (1-s(0.5))*-2,
	} {
		assert.InDelta(t, want, got[i], 1e-6)
	}
}

func TestMaxoutDense(t *testing.T) {
	got := layertest.Apply(t, "MaxoutDense", `{"name": "m", "units": 2, "nb_feature": 3}`, layertest.Floats([]int{1, 2}, 1, 10),
		layertest.Floats([]int{3, 2, 2}, 1, 2, 3, 4, -1, 0, 5, -1, 0, 9, 0, 9), layertest.Floats([]int{3, 2}, 0, 0, 0, 0, 100, 0))
	// products: (31, 42), (49, -10), (0, 99) and biases (0, 0), (0, 0), (100, 0)
	assert.Equal(t, []float32{100, 99}, got)
}
