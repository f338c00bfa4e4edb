//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

const model = "../../testdata/models/seed/seed_k3.keras"

type answer struct {
	Input               string
	Answers             []float32
	Error, Short, Wrong string
}

// inNode does in Node what the page does in a browser.
func inNode(t *testing.T, dir, file string, rows []float32) (a answer) {
	input, err := json.Marshal(rows)
	require.NoError(t, err)
	c := exec.Command("node", "testdata/run.mjs", dir, file)
	c.Stdin = bytes.NewReader(input)
	out, err := c.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &a), "%s", out)
	return a
}

// TestWebAssembly: the program builds, and where there is Node its answers are
// those of this machine.
func TestWebAssembly(t *testing.T) {
	if os.Getenv("KERASRUN_WASM") == "" {
		t.Skip("compiles everything for another platform; KERASRUN_WASM=1 runs it, as .ci/run does")
	}
	dir := t.TempDir()
	require.NoError(t, build(dir))
	for _, f := range []string{"index.html", "wasm_exec.js", "kerasrun.wasm"} {
		assert.FileExists(t, dir+"/"+f)
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("built; there is no Node to run it")
	}
	rows := make([]float32, 3*52)
	for i := range rows {
		rows[i] = float32(i%7) / 7
	}
	m, err := keras.Load(model)
	require.NoError(t, err)
	p, err := m.Compile()
	require.NoError(t, err)
	want, err := p.Predict(rows)
	require.NoError(t, err)

	got := inNode(t, dir, model, rows)
	assert.Empty(t, got.Error)
	assert.Equal(t, "float32(None, 52)", got.Input)
	assert.InDeltaSlice(t, want, got.Answers, 1e-5)
	assert.Contains(t, got.Short, "rows of 52 numbers")
	assert.Contains(t, got.Wrong, "Float32Array")
	assert.Contains(t, inNode(t, dir, "main.go", rows).Error, "an HDF5 file or a zip archive")
}
