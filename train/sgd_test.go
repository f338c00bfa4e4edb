package train

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Keras 2 stores the last change of each weight as momentum when that is 0.
func TestMomentumOfZeroIsTheLastChange(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_sgd_k2")
	config.Epochs, config.BatchSize = 1, data.Rows()
	h, err := Fit(context.Background(), m, data, config)
	require.NoError(t, err)
	stored := h.Model.Origin().Optimizer
	require.Len(t, stored, 1+len(m.Weights()))
	for i, w := range m.Weights() {
		after := h.Model.Weights()[i].Value.Float32s()
		for k, before := range w.Value.Float32s() {
			got := math.Float32frombits(binary.LittleEndian.Uint32(stored[i+1].Data[4*k:]))
			assert.InDelta(t, after[k]-before, got, 1e-6, w.Name)
			assert.NotZero(t, got)
		}
	}
}
