package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
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

// Groups are measured as files of their rows alone would be.
func TestEvaluateGroups(t *testing.T) {
	dir := t.TempDir()
	model := training + "optimizer_sgd_k2.h5"
	m, err := keras.Load(model)
	require.NoError(t, err)
	in := m.Inputs()[0].Shape[1]
	write := func(name string, places ...string) string {
		var b strings.Builder
		for i := range in {
			fmt.Fprintf(&b, "x_%d,", i)
		}
		b.WriteString("y,trust,place\n")
		for r := range 40 {
			if place := []string{"north", "south"}[r%2]; slices.Contains(places, place) {
				for i := range in {
					fmt.Fprintf(&b, "%g,", float64((r*7+i*3)%11)/11)
				}
				fmt.Fprintf(&b, "%d,%d,%s\n", r%5, 1+r%3, place)
			}
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
		return path
	}
	flags := []string{"evaluate", model, "--weight-column", "trust", "--by", "place", "--target", "y", "--json", "--data"}
	type numbers struct {
		Loss float64 `json:"loss"`
		Rows int     `json:"rows"`
		By   map[string]struct {
			Loss float64 `json:"loss"`
			Rows int     `json:"rows"`
		} `json:"by"`
	}
	measure := func(path string) (n numbers) {
		r := kerasrun(t, "", append(flags, path)...)
		require.Zero(t, r.code, r.stderr)
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &n), r.stdout)
		return n
	}
	both, north, south := measure(write("both.csv", "north", "south")), measure(write("n.csv", "north")), measure(write("s.csv", "south"))
	require.Len(t, both.By, 2)
	assert.Equal(t, 20, both.By["north"].Rows)
	assert.Equal(t, north.Loss, both.By["north"].Loss)
	assert.Equal(t, south.Loss, both.By["south"].Loss)
	assert.NotEqual(t, north.Loss, south.Loss)
	text := slices.DeleteFunc(slices.Clone(flags), func(f string) bool { return f == "--json" })
	r := kerasrun(t, "", append(text, filepath.Join(dir, "both.csv"))...)
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `(?s)\nplace +rows +loss.*\n"north" +20 .*\n"south" +20 `, r.stdout)
	r = kerasrun(t, "", append(flags[:4:4], "--by", "town", "--target", "y", "--data", filepath.Join(dir, "both.csv"))...)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, `no column "town"`)
}
