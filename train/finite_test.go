package train

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// Training that leaves the finite numbers names the epoch and keeps what was
// before it.
// faster makes the learning rate of the third epoch too large for anything.
type faster struct{ Silent }

func (faster) EpochBegin(r *Run) error {
	if r.Epoch == 3 {
		return r.SetLearningRate(1e30)
	}
	return nil
}

func TestTrainingToNaN(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_momentum_k3")
	config.Epochs = 2
	good, err := Fit(t.Context(), m, data, config)
	require.NoError(t, err)

	// The weights grow without bound from the third epoch on.
	config.Epochs, config.Callbacks = 50, []Callback{faster{}}
	h, err := Fit(t.Context(), m, data, config)
	var e *NotFiniteError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 3, e.Epoch)
	assert.ErrorContains(t, err, "epoch 3, step")
	assert.ErrorContains(t, err, "the weights of epoch 2 are kept")
	require.NotNil(t, h)
	assert.Len(t, h.Epochs["loss"], 2)
	for i, w := range good.Model.Weights() {
		assert.Equal(t, w.Value.Float32s(), h.Model.Weights()[i].Value.Float32s())
	}
	for i, s := range good.Model.Origin().Optimizer {
		if len(s.Shape) > 0 { // the learning rate is another
			assert.Equal(t, s.Data, h.Model.Origin().Optimizer[i].Data, s.Name)
		}
	}
}

// The layer is named whose values left the finite numbers first.
func TestFirstLayerThatIsNotFinite(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_momentum_k3")
	second := m.Weights()[2] // of the second layer with weights
	weights := make([]*runtime.Tensor, len(m.Weights()))
	for i, w := range m.Weights() {
		weights[i] = w.Value.Clone()
	}
	for i := range weights[2].Float32s() {
		weights[2].Float32s()[i] = 3e38 * float32(1-2*(i%2))
	}
	huge, err := m.WithWeights(weights)
	require.NoError(t, err)
	_, err = Fit(t.Context(), huge, data, config)
	var e *NotFiniteError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 1, e.Step)
	assert.Equal(t, second.Layer, e.Layer)
	assert.Empty(t, e.Weight, "the step was not taken")
	assert.ErrorContains(t, err, "the first values that are not finite are those of layer "+second.Layer)
}
