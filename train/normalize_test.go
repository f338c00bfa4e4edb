package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// A model around which numbers are brought to mean 0 and variance 1 trains as it would
// on rows that are scaled before, but for the unit of the loss.
func TestNormalize(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_adam_k3")
	s, err := SettingsOf(m)
	require.NoError(t, err)
	moved := &Data{X: []*runtime.Tensor{data.X[0].Clone()}, Y: []*runtime.Tensor{data.Y[0].Clone()}}
	for i := range moved.X[0].Float32s() {
		moved.X[0].Float32s()[i] = moved.X[0].Float32s()[i]*float32(1+i%7) + 100
	}
	for i := range moved.Y[0].Float32s() {
		moved.Y[0].Float32s()[i] = moved.Y[0].Float32s()[i]*500 + 4000
	}
	n, notes, err := Normalize(m, s, streamed{Data: moved}, NormalizeOptions{Inputs: true, Targets: true})
	require.NoError(t, err)
	assert.Empty(t, notes)

	// By two passes, as NumPy has mean and variance.
	scale := func(x *runtime.Tensor) {
		width := x.Len() / x.Shape()[0]
		for k := range width {
			var mean, variance float64
			for r := range x.Shape()[0] {
				mean += float64(x.Float32s()[r*width+k]) / float64(x.Shape()[0])
			}
			for r := range x.Shape()[0] {
				variance += math.Pow(float64(x.Float32s()[r*width+k])-mean, 2) / float64(x.Shape()[0])
			}
			for r := range x.Shape()[0] {
				v := &x.Float32s()[r*width+k]
				*v = float32((float64(*v) - mean) / math.Sqrt(variance))
			}
		}
	}
	scaled := &Data{X: []*runtime.Tensor{moved.X[0].Clone()}, Y: []*runtime.Tensor{moved.Y[0].Clone()}}
	scale(scaled.X[0])
	scale(scaled.Y[0])
	logs, err := Evaluate(t.Context(), m, scaled, Config{Settings: s})
	require.NoError(t, err)
	inUnits, err := Evaluate(t.Context(), n, moved, Config{Settings: s})
	require.NoError(t, err)
	var y moments
	y.add(moved.Y[0])
	variance := y.result(false).Variance[0]
	assert.InEpsilon(t, logs[0].Value*variance, inUnits[0].Value, 1e-4)
	_, err = Fit(t.Context(), n, moved, Config{Epochs: 2, NoShuffle: config.NoShuffle})
	assert.NoError(t, err)
}

// An output that cannot be negative stays so; classes are left alone; what ends has no
// other size.
func TestNormalizeTargets(t *testing.T) {
	m, data, _ := loadGolden(t, "../testdata/training/head_softplus_k3")
	s, err := SettingsOf(m)
	require.NoError(t, err)
	n, _, err := Normalize(m, s, data, NormalizeOptions{Targets: true})
	require.NoError(t, err)
	c := newChecker(n, s)
	require.NoError(t, c.findReach())
	assert.Equal(t, float32(0), c.reach[0].Lo[0])

	m, data, _ = loadGolden(t, "../testdata/training/head_sigmoid_k3")
	s, err = SettingsOf(m)
	require.NoError(t, err)
	_, _, err = Normalize(m, s, data, NormalizeOptions{Targets: true})
	assert.ErrorContains(t, err, "its answers end at 1")

	m, data, _ = loadGolden(t, "../testdata/training/loss_sparse_categorical_crossentropy_k3")
	s, err = SettingsOf(m)
	require.NoError(t, err)
	_, _, err = Normalize(m, s, data, NormalizeOptions{Targets: true})
	assert.ErrorContains(t, err, "has classes or shares for targets")
}
