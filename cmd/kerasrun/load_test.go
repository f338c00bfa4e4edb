package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// apart writes a model as a configuration and weights that do not share a name.
func apart(t *testing.T) (config, weights string) {
	m, err := keras.Load(seed + "seed_k2.h5")
	require.NoError(t, err)
	dir := t.TempDir()
	config, weights = filepath.Join(dir, "net.json"), filepath.Join(dir, "trained.weights.h5")
	require.NoError(t, os.WriteFile(config, m.Origin().Config, 0o600))
	require.NoError(t, m.Save(weights))
	return config, weights
}

func TestWeightsFromAnotherFile(t *testing.T) {
	config, weights := apart(t)
	assert.Contains(t, kerasrun(t, "", "inspect", config).stderr, "net_weights.h5")
	whole := kerasrun(t, "", "inspect", seed+"seed_k2.h5", "--weights")
	r := kerasrun(t, "", "inspect", config, "--weights", weights)
	require.Zero(t, r.code, r.stderr)
	assert.NotContains(t, r.stdout, "kernel", "weights are taken, not listed")

	out := filepath.Join(t.TempDir(), "whole.h5")
	r = kerasrun(t, "", "convert", config, out, "--weights", weights)
	require.Zero(t, r.code, r.stderr)
	again := kerasrun(t, "", "inspect", out, "--weights")
	_, wanted, _ := strings.Cut(whole.stdout, "\nWeight ")
	_, got, _ := strings.Cut(again.stdout, "\nWeight ")
	assert.Equal(t, wanted, got)
}
