package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

func TestConvertThereAndBack(t *testing.T) {
	rows := rowsCSV(t)
	for _, name := range []string{"seed_k2.h5", "seed_k3.keras"} {
		dir := t.TempDir()
		want := kerasrun(t, rows, "predict", seed+name).stdout
		from := seed + name
		for _, to := range []string{"a.keras", "b.h5", "c.keras"} {
			to = filepath.Join(dir, to)
			r := kerasrun(t, "", "convert", from, to)
			require.Zero(t, r.code, r.stderr)
			assert.Equal(t, want, kerasrun(t, rows, "predict", to).stdout, to)
			from = to
		}
		weights := filepath.Join(dir, "d.weights.h5")
		require.Zero(t, kerasrun(t, "", "convert", from, weights).code)
		m, err := keras.Load(seed + name)
		require.NoError(t, err)
		m, err = m.LoadWeights(weights)
		require.NoError(t, err)
		assert.Len(t, m.Weights(), 6)
	}
}

func TestConvertMakesModern(t *testing.T) {
	for _, c := range []struct {
		args []string
		era  int
	}{
		{[]string{seed + "seed_k2.h5", "a.keras"}, 3},
		{[]string{"--keep-version", seed + "seed_k2.h5", "b.keras"}, 2},
		{[]string{seed + "seed_k2.keras", "c.h5"}, 2},
		{[]string{seed + "seed_k3.h5", "d.keras"}, 3},
	} {
		last := len(c.args) - 1
		c.args[last] = filepath.Join(t.TempDir(), c.args[last])
		r := kerasrun(t, "", append([]string{"convert"}, c.args...)...)
		require.Zero(t, r.code, r.stderr)
		m, err := keras.Load(c.args[last])
		require.NoError(t, err)
		assert.Equal(t, c.era, m.Origin().Era, c.args)
	}
	r := kerasrun(t, "", "convert", "../../testdata/models/layers/LSTM_hard_sigmoid_k2.h5", filepath.Join(t.TempDir(), "a.keras"))
	require.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stderr, "hard_sigmoid")
}

func TestConvertBadInput(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{seed + "rows.csv", dir + "/a.h5"}, {seed + "seed_k2.h5", dir + "/a.onnx"}, {dir + "/none.h5", dir + "/a.h5"}} {
		r := kerasrun(t, "", append([]string{"convert"}, args...)...)
		assert.Equal(t, exitFailed, r.code)
		assert.NotEmpty(t, r.stderr)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.Equal(t, exitUsage, kerasrun(t, "", "convert", "a.h5").code)
}
