package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
)

func TestVerifySeed(t *testing.T) {
	r := kerasrun(t, "", "verify", seed)
	assert.Zero(t, r.code, r.stdout)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	assert.Len(t, lines, 5)
	assert.Equal(t, "4 passed, 0 failed", lines[4])

	r = kerasrun(t, "", "verify", "--json", seed+"seed_k2.h5", seed+"seed_k3.keras")
	assert.Zero(t, r.code, r.stdout)
	d := json.NewDecoder(strings.NewReader(r.stdout))
	for range 2 {
		var line map[string]any
		require.NoError(t, d.Decode(&line))
		assert.Equal(t, true, line["ok"])
		assert.Less(t, line["max_abs"], 1e-5)
		assert.Contains(t, line, "max_rel")
		assert.Equal(t, "", line["error"])
	}
	assert.False(t, d.More())
}

// copyFixture puts the seed's fixture into a folder, its answers changed.
func copyFixture(t *testing.T, change func(npz.Archive) npz.Archive) string {
	t.Helper()
	dir := t.TempDir()
	model, err := os.ReadFile(seed + "seed_k2.h5")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m.h5"), model, 0o644))
	answers, err := npz.ReadFile(seed+"seed_k2.npz", npz.Limits{})
	require.NoError(t, err)
	if answers = change(answers); answers != nil {
		var b bytes.Buffer
		require.NoError(t, npz.WriteNPZ(&b, answers))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "m.npz"), b.Bytes(), 0o644))
	}
	return dir
}

func TestVerifySeesOneWrongNumber(t *testing.T) {
	dir := copyFixture(t, func(a npz.Archive) npz.Archive {
		a.Get("output_0").Data.([]float32)[3] += 1e-3
		return a
	})
	r := kerasrun(t, "", "verify", dir)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stdout, "FAIL")
	assert.Contains(t, r.stdout, "output_0[3 0]")
	assert.Contains(t, r.stdout, "off by 0.001")
	assert.True(t, strings.HasSuffix(r.stdout, "\n0 passed, 1 failed\n"), r.stdout)

	r = kerasrun(t, "", "verify", "--json", dir)
	assert.Equal(t, exitFailed, r.code)
	var line struct {
		OK     bool    `json:"ok"`
		MaxAbs float64 `json:"max_abs"`
		Error  string  `json:"error"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &line))
	assert.False(t, line.OK)
	assert.InDelta(t, 1e-3, line.MaxAbs, 1e-5)
	assert.Contains(t, line.Error, "output_0")

	r = kerasrun(t, "", "verify", dir, "--atol", "0.01")
	assert.Zero(t, r.code, r.stdout)
}

func TestVerifySkipsModelsWithoutAnswers(t *testing.T) {
	dir := copyFixture(t, func(npz.Archive) npz.Archive { return nil })
	r := kerasrun(t, "", "verify", dir, seed+"seed_k3.h5")
	assert.Zero(t, r.code, r.stdout)
	assert.Contains(t, r.stdout, "skip")
	assert.True(t, strings.HasSuffix(r.stdout, "\n1 passed, 0 failed, 1 skipped\n"), r.stdout)
}

func TestVerifyBadPaths(t *testing.T) {
	r := kerasrun(t, "", "verify", "nowhere")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "nowhere")
	r = kerasrun(t, "", "verify", t.TempDir())
	assert.Equal(t, exitFailed, r.code)
	assert.NotEmpty(t, r.stderr)
	r = kerasrun(t, "", "verify")
	assert.Equal(t, exitUsage, r.code)
	broken := filepath.Join(t.TempDir(), "broken.h5")
	require.NoError(t, os.WriteFile(broken, []byte("\x89HDF\r\n\x1a\nrubbish"), 0o644))
	r = kerasrun(t, "", "verify", broken)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stdout, "FAIL")
}
