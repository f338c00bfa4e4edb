package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

func TestQuantize(t *testing.T) {
	for _, arguments := range [][]string{{"--mode", "int8"}, {"--mode", "int4", "--block-size", "8"}} {
		for _, name := range []string{"seed_k2.h5", "seed_k3.keras"} {
			out := filepath.Join(t.TempDir(), "small.keras")
			r := kerasrun(t, "", append([]string{"quantize", seed + name, "-o", out}, arguments...)...)
			require.Zero(t, r.code, r.stderr)
			assert.Contains(t, r.stderr, "bytes became")
			m, err := keras.Load(out)
			require.NoError(t, err)
			assert.Equal(t, "int8", m.Weights()[0].DType)
			r = kerasrun(t, rowsCSV(t), "predict", out)
			require.Zero(t, r.code, r.stderr)
		}
	}
}

func TestQuantizeCalibrates(t *testing.T) {
	dir := t.TempDir()
	rows := filepath.Join(dir, "rows.csv")
	require.NoError(t, os.WriteFile(rows, []byte(rowsCSV(t)), 0o644))
	r := kerasrun(t, "", "quantize", seed+"seed_k3.keras", "--mode", "int4", "--calibrate", rows, "-o", filepath.Join(dir, "small.keras"))
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `answers move by 0\.\d+ at worst, [0-9.e-]+ on average`, r.stdout)
	assert.Regexp(t, `dense_1 +[0-9.e-]+ +[0-9.e-]+`, r.stdout)

	r = kerasrun(t, "", "quantize", seed+"seed_k3.keras", "--mode", "int8", "--layers", "dense,dense_1", "--calibrate", rows, "-o", filepath.Join(dir, "few.keras"))
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `dense +[0-9.e-]+`, r.stdout)
	assert.NotContains(t, r.stdout, "dense_2")

	require.NoError(t, os.WriteFile(rows, nil, 0o644))
	out := filepath.Join(dir, "none.keras")
	r = kerasrun(t, "", "quantize", seed+"seed_k3.keras", "--mode", "int8", "--calibrate", rows, "-o", out)
	assert.Equal(t, 1, r.code)
	assert.NoFileExists(t, out)
}

func TestQuantizeRefuses(t *testing.T) {
	out := filepath.Join(t.TempDir(), "small.keras")
	for name, c := range map[string]struct {
		arguments []string
		code      int
		text      string
	}{
		"mode":    {[]string{"--mode", "int2", "-o", out}, 2, "int8 or int4"},
		"no mode": {[]string{"-o", out}, 2, "mode"},
		"block":   {[]string{"--mode", "int8", "--block-size", "3", "-o", out}, 2, "--block-size"},
		"ending":  {[]string{"--mode", "int8", "-o", "small.h5"}, 2, ".keras"},
		"blocks":  {[]string{"--mode", "int4", "--block-size", "-2", "-o", out}, 2, "--block-size"},
		"none":    {[]string{"--mode", "int8", "--layers", "lost", "-o", out}, 1, "lost"},
		"layer":   {[]string{"--mode", "int8", "--keep", "lost", "-o", out}, 1, "lost"},
	} {
		r := kerasrun(t, "", append([]string{"quantize", seed + "seed_k3.keras"}, c.arguments...)...)
		assert.Equal(t, c.code, r.code, name)
		assert.Contains(t, r.stderr, c.text, name)
	}
	r := kerasrun(t, "", "quantize", seed+"seed_k3.keras", "--mode", "int8", "-o", out)
	require.Zero(t, r.code, r.stderr)
	r = kerasrun(t, "", "quantize", out, "--mode", "int4", "-o", out)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, "quantized to int8 already")
	r = kerasrun(t, "", "quantize", "../../testdata/models/layers/Flatten_rank2_k3.keras", "--mode", "int8", "-o", out)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, "no layer to quantize")
}
