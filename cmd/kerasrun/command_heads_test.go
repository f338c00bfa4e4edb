package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

const headRows = training + "head_softplus_k2.npz"

func TestHeadsCommand(t *testing.T) {
	best := filepath.Join(t.TempDir(), "best.keras")
	r := kerasrun(t, "", "heads", seed+"seed_k2.h5", "--data", headRows, "--epochs", "2", "--seeds", "2", "--heads", "softplus,sigmoid",
		"--metrics", "mse", "--save-best", best)
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"400 rows, 100 to validate with; mean_absolute_error; 2 epochs from 2 seeds", "mse", "unchanged ", "softplus ", "constraint ", "sigmoid * ", " ± ", "⠀"} {
		assert.Contains(t, r.stdout, want)
	}
	assert.NotContains(t, r.stdout, "relu ")
	assert.Contains(t, r.stdout, "sigmoid: its validation loss of")
	m, err := keras.Load(best)
	require.NoError(t, err)
	assert.Equal(t, 3, m.Origin().Era, "a .keras is one of Keras 3")
	p, err := m.Compile()
	require.NoError(t, err)
	y, err := p.Predict(make([]float32, 52))
	require.NoError(t, err)
	assert.True(t, y[0] > 0 && y[0] < 1, "%v", y)
}

func TestHeadsJSONAndPage(t *testing.T) {
	page := filepath.Join(t.TempDir(), "report.html")
	r := kerasrun(t, "", "heads", seed+"seed_k3.keras", "--data", headRows, "--epochs", "2", "--seeds", "1", "--heads", "relu", "--json", "-o", page)
	require.Zero(t, r.code, r.stderr)
	var out struct {
		Best       string
		Candidates []struct {
			Name string
			Loss struct{ Mean float64 } `json:"val_loss"`
			Runs []struct {
				Loss     []float64 `json:"val_loss"`
				Gradient []float64
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &out))
	assert.Equal(t, "relu", out.Best)
	require.Len(t, out.Candidates, 3)
	for _, c := range out.Candidates {
		require.Len(t, c.Runs[0].Loss, 2)
		assert.Equal(t, min(c.Runs[0].Loss[0], c.Runs[0].Loss[1]), c.Loss.Mean)
		assert.Len(t, c.Runs[0].Gradient, 3)
	}
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Contains(t, string(html), "Heads for seed_k3.keras")
	assert.Equal(t, 3+2*3, strings.Count(string(html), "<svg "))
	for _, outside := range []string{"<script", "src=", "href=", "url(", "@import", "NaN"} {
		assert.NotContains(t, string(html), outside)
	}
}

func TestHeadsAskedWrongly(t *testing.T) {
	for want, args := range map[string][]string{
		"head must be one of":                     {"--heads", "gelu"},
		"--output must end in .html":              {"-o", "x.png"},
		"--save-best must end in .h5":             {"--save-best", "x.onnx"},
		"--epochs, --batch-size and --seeds must": {"--seeds", "0"},
		"--validation-split must be between 0":    {"--validation-split", "0"},
		"--learning-rate must be above 0":         {"--learning-rate", "-1"},
		"loss must be one of":                     {"--loss", "meen"},
		"--threads must not be negative":          {"--threads", "-2"},
	} {
		r := kerasrun(t, "", append([]string{"heads", seed + "seed_k2.h5", "--data", headRows}, args...)...)
		assert.Equal(t, exitUsage, r.code, args)
		assert.Contains(t, r.stderr, want)
	}
	r := kerasrun(t, "", "heads", seed+"seed_k2.h5", "--data", headRows, "-o", "/nowhere/r.html")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "cannot write /nowhere/r.html")
}
