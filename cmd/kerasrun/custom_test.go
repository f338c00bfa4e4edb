package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/serve"
)

const customModels = "../../testdata/custom/"

// customFlags say what the classes of the models there are.
func customFlags(args ...string) []string {
	for _, class := range []string{"Encoder", "Positions", "Pooled", "Stack"} {
		args = append(args, "--custom", class+"="+customModels+class+".json")
	}
	return args
}

// TestCustomFlag: every verb knows the classes, and what it writes is known again.
func TestCustomFlag(t *testing.T) {
	const model = customModels + "transformer_keras3.keras"
	dir := t.TempDir()
	rows := filepath.Join(dir, "rows.jsonl")
	require.NoError(t, os.WriteFile(rows, []byte(`{"input_layer": [1,2,3,4,5,0], "dense_4": [0,1]}`+"\n"+`{"input_layer": [0,0,1,2,1,4], "dense_4": [1,0]}`+"\n"), 0o600))
	tuned, backup := filepath.Join(dir, "tuned.keras"), filepath.Join(dir, "backup")
	good := func(args ...string) string {
		t.Helper()
		r := kerasrun(t, "", customFlags(args...)...)
		require.Zero(t, r.code, "%s: %s", args[0], r.stderr)
		return r.stdout
	}
	assert.Contains(t, good("verify", customModels), "11 passed, 0 failed")
	assert.Contains(t, good("inspect", model), "encoder (Encoder)")
	tune := []string{"finetune", model, "--data", rows, "--target", "dense_4", "--loss", "categorical_crossentropy", "--optimizer", "adam", "-o", tuned}
	good(tune...)
	assert.Contains(t, good("predict", tuned, rows, "--allow-extra"), "dense_4")
	good(append(tune, "--resume", backup)...)
	stock := filepath.Join(dir, "stock.keras")
	good("convert", customModels+"transformer_keras2.h5", stock)
	good("quantize", customModels+"stack_keras2.h5", "--mode", "int8", "-o", filepath.Join(dir, "q.keras"))
	r := kerasrun(t, "", "inspect", stock)
	assert.Zero(t, r.code, r.stderr)
	r = kerasrun(t, "", "inspect", model)
	assert.Contains(t, r.stderr, "docs/custom.md")
}

// TestServeCustom: serve knows the classes of its configuration.
func TestServeCustom(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"pooled_keras2.h5", "Pooled.json"} {
		data, err := os.ReadFile(customModels + name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	config := filepath.Join(dir, "serve.yaml")
	require.NoError(t, os.WriteFile(config, []byte("models: [{path: pooled_keras2.h5}]\ncustom: {Pooled: Pooled.json}\n"), 0o600))
	o := &serveOptions{config: config}
	wanted, err := o.wanted(nil)
	require.NoError(t, err)
	require.Len(t, wanted, 1)
	require.NoError(t, serve.NewModels(o.Options).Open(wanted[0].Name, wanted[0].Path))
	var unsupported *keras.UnsupportedError
	require.ErrorAs(t, serve.NewModels(serve.Options{}).Open(wanted[0].Name, wanted[0].Path), &unsupported)
}
