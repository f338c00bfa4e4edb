package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

const seed = "../../testdata/models/seed/"

func TestFinetune(t *testing.T) {
	out := filepath.Join(t.TempDir(), "positive.keras")
	var log bytes.Buffer
	require.NoError(t, run(t.Context(), &log, seed+"seed_k3.keras", seed+"xy.csv", out, 3))
	assert.Contains(t, log.String(), "epoch 3 of 3  loss ")
	assert.Contains(t, log.String(), "val_loss ")

	before, err := keras.Load(seed + "seed_k3.keras")
	require.NoError(t, err)
	after, err := keras.Load(out)
	require.NoError(t, err)
	assert.NotEmpty(t, after.Origin().TrainingConfig, "compiled, so Keras trains on")
	assert.NotEqual(t, before.Weights()[0].Value.Float32s(), after.Weights()[0].Value.Float32s())
	data, err := read(seed + "xy.csv")
	require.NoError(t, err)
	p, err := after.Compile()
	require.NoError(t, err)
	y, err := p.Predict(data.X[0].Float32s())
	require.NoError(t, err)
	for _, v := range y {
		assert.Positive(t, v)
	}
}

// TestInterrupted: what has been learned when training is stopped is saved.
func TestInterrupted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "positive.keras")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, run(ctx, &bytes.Buffer{}, seed+"seed_k3.keras", seed+"xy.csv", out, 3))
	_, err := keras.Load(out)
	require.NoError(t, err)
}
