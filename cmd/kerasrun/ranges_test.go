package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInspectRange(t *testing.T) {
	dir := t.TempDir()
	headed := filepath.Join(dir, "headed.h5")
	require.Zero(t, kerasrun(t, "", "rewrite", seed+"seed_k2.h5", "--head", "softplus", "-o", headed).code)
	r := kerasrun(t, "", "inspect", headed, "--range")
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `Range    \S+ >= 0, whatever the inputs; NaN where numbers grow beyond float32`, r.stdout)
	r = kerasrun(t, "", "inspect", headed, "--range", "--input", "-1:1")
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `Range    \S+ >= 0\S*, <= \d+\.\d+, while the inputs lie between -1 and 1\n`, r.stdout)

	rows := filepath.Join(dir, "rows.csv")
	require.NoError(t, os.WriteFile(rows, []byte(rowsCSV(t)), 0o644))
	r = kerasrun(t, "", "inspect", headed, "--range", "--input", rows, "--json")
	require.Zero(t, r.code, r.stderr)
	var s struct {
		Ranges []struct {
			Output   string
			Min, Max *float64
			NaN      bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &s))
	require.Len(t, s.Ranges, 1)
	assert.False(t, s.Ranges[0].NaN)
	for _, y := range column(t, kerasrun(t, rowsCSV(t), "predict", headed).stdout) {
		assert.True(t, float64(y) >= *s.Ranges[0].Min && float64(y) <= *s.Ranges[0].Max, "%g", y)
	}

	assert.Equal(t, exitUsage, kerasrun(t, "", "inspect", headed, "--input", "0:1").code)
	assert.Equal(t, exitUsage, kerasrun(t, "", "inspect", headed, "--range", "--input", "1:0").code)
	r = kerasrun(t, "", "inspect", headed, "--range", "--input", "nowhere.npy")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "nowhere.npy")
}

func TestVerifyMin(t *testing.T) {
	r := kerasrun(t, "", "verify", seed+"seed_k2.h5", "--min", "0")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stdout, "wanted proof that no answer is below 0, received a lower bound of -1")
	r = kerasrun(t, "", "verify", seed+"seed_k2.h5", "--min", "-1")
	assert.Zero(t, r.code, r.stdout)
	headed := filepath.Join(t.TempDir(), "headed.keras")
	require.Zero(t, kerasrun(t, "", "rewrite", seed+"seed_k3.keras", "--head", "softabs", "-o", headed).code)
	r = kerasrun(t, "", "verify", headed, "--min", "0")
	assert.Zero(t, r.code, r.stdout)
	assert.Contains(t, r.stdout, "no answer is below 0; no headed.npz beside it\n1 passed, 0 failed\n")
}
