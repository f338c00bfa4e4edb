package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evaluation is what evaluate --json prints.
type evaluation struct {
	Loss      float64            `json:"loss"`
	Accuracy  float64            `json:"accuracy"`
	Confusion map[string][][]int `json:"confusion_matrix"`
}

// evaluate says what validation said at the end of training, and its table has as
// many hits as the accuracy.
func TestEvaluate(t *testing.T) {
	for _, name := range []string{"loss_binary_crossentropy_k3.keras", "loss_categorical_crossentropy_k2.h5", "loss_sparse_categorical_crossentropy_k3.keras"} {
		data := training + name[:len(name)-len(filepath.Ext(name))] + ".npz"
		out := filepath.Join(t.TempDir(), name)
		r := kerasrun(t, "", "finetune", training+name, "--data", data, "--validation-data", data, "--epochs", "3", "-o", out, "--history", "-")
		require.Zero(t, r.code, r.stderr)
		h := historyOf(t, r.stdout)
		r = kerasrun(t, "", "evaluate", out, "--data", data, "--json")
		require.Zero(t, r.code, r.stderr)
		var e evaluation
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &e), r.stdout)
		assert.Equal(t, h["val_loss"][2], e.Loss)
		assert.Equal(t, h["val_accuracy"][2], e.Accuracy)
		require.Len(t, e.Confusion, 1)
		for _, counts := range e.Confusion {
			hits, rows := 0, 0
			for i, row := range counts {
				hits += row[i]
				for _, n := range row {
					rows += n
				}
			}
			assert.Equal(t, 50, rows)
			assert.InDelta(t, e.Accuracy, float64(hits)/50, 1e-6)
		}
		r = kerasrun(t, "", "evaluate", out, "--data", data)
		require.Zero(t, r.code, r.stderr)
		assert.Regexp(t, `^loss +[\d.]+\naccuracy +[\d.]+\n\n\w+: rows by target \(down\) and prediction \(across\)\n +0 +1`, r.stdout)
	}
}

// Losses and metrics may be others than the file's; a regression has no table.
func TestEvaluateOthers(t *testing.T) {
	r := kerasrun(t, "", "evaluate", training+"optimizer_sgd_k2.h5", "--data", training+"optimizer_sgd_k2.npz", "--loss", "mae", "--metrics", "R2Score,mse")
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `^loss +[\d.]+\nR2Score +-?[\d.]+\nmse +[\d.]+\n$`, r.stdout)
	assert.Equal(t, 2, kerasrun(t, "", "evaluate", training+"optimizer_sgd_k2.h5", "--data", training+"optimizer_sgd_k2.npz", "--loss", "charm").code)
	assert.Equal(t, 2, kerasrun(t, "", "evaluate", training+"optimizer_sgd_k2.h5").code)
	assert.Equal(t, 2, kerasrun(t, "", "evaluate", training+"optimizer_sgd_k2.h5", "--data", "x", "--batch-size", "0").code)
}
