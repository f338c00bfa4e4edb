package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

func TestRewriteEveryHead(t *testing.T) {
	rows := rowsCSV(t)
	tanh := column(t, kerasrun(t, rows, "predict", seed+"seed_k2.h5").stdout)
	for _, h := range keras.Heads() {
		for _, name := range []string{"seed_k2.h5", "seed_k3.keras"} {
			out := filepath.Join(t.TempDir(), name)
			r := kerasrun(t, "", "rewrite", seed+name, "--head", string(h.Head), "-o", out)
			require.Zero(t, r.code, r.stderr)
			r = kerasrun(t, rows, "predict", out)
			require.Zero(t, r.code, r.stderr)
			got := column(t, r.stdout)
			require.Len(t, got, 5)
			for i := range got {
				assert.GreaterOrEqual(t, got[i], float32(0), "%s: %s", h.Head, name)
				if name == "seed_k2.h5" && h.Head == keras.ShiftedTanh {
					assert.InDelta(t, (tanh[i]+1)/2, got[i], 1e-6)
				}
			}
		}
	}
}

func TestRewriteHelpDescribesEveryHead(t *testing.T) {
	r := kerasrun(t, "", "rewrite", "--help")
	assert.Zero(t, r.code)
	for _, h := range keras.Heads() {
		for _, text := range []string{string(h.Head), h.Formula, h.Range, h.AtZero, h.FarBelow, h.When} {
			assert.Contains(t, r.stdout, text)
		}
	}
}

func TestRewriteBadInput(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.h5")
	require.NoError(t, os.WriteFile(out, []byte("before"), 0o644))
	linear := "../../testdata/models/layers/Add_three_k3.keras"
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"unknown head":     {[]string{seed + "seed_k2.h5", "--head", "cube", "-o", out}, exitUsage, "softplus"},
		"no head":          {[]string{seed + "seed_k2.h5", "-o", out}, exitUsage, "head"},
		"no output":        {[]string{seed + "seed_k2.h5", "--head", "relu"}, exitUsage, "output"},
		"no activation":    {[]string{linear, "--head", "relu", "-o", out}, exitFailed, "--append"},
		"no such folder":   {[]string{seed + "seed_k2.h5", "--head", "relu", "-o", dir + "/no/out.h5"}, exitFailed, "cannot write"},
		"unknown format":   {[]string{seed + "seed_k2.h5", "--head", "relu", "-o", dir + "/out.txt"}, exitFailed, ".keras"},
		"not a model":      {[]string{seed + "rows.csv", "--head", "relu", "-o", out}, exitFailed, "HDF5"},
		"nothing there":    {[]string{dir + "/none.h5", "--head", "relu", "-o", out}, exitFailed, "none.h5"},
		"a folder for out": {[]string{seed + "seed_k2.h5", "--head", "relu", "-o", mkdir(t, dir, "d.h5")}, exitFailed, "d.h5"},
	} {
		t.Run(name, func(t *testing.T) {
			r := kerasrun(t, "", append([]string{"rewrite"}, c.args...)...)
			assert.Equal(t, c.code, r.code, r.stderr)
			assert.Contains(t, r.stderr, c.want)
			kept, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, "before", string(kept))
		})
	}
	r := kerasrun(t, "", "rewrite", linear, "--head", "softplus", "--append", "-o", filepath.Join(dir, "appended.keras"))
	assert.Zero(t, r.code, r.stderr)
}

func mkdir(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.Mkdir(path, 0o755))
	return path
}

// With --match the answers that were positive stay, and it says how near.
func TestRewriteMatch(t *testing.T) {
	rows := rowsCSV(t)
	before := column(t, kerasrun(t, rows, "predict", seed+"seed_k2.h5").stdout)
	in, out := filepath.Join(t.TempDir(), "rows.csv"), filepath.Join(t.TempDir(), "out.h5")
	require.NoError(t, os.WriteFile(in, []byte(rows), 0o644))
	r := kerasrun(t, "", "rewrite", seed+"seed_k2.h5", "--head", "softplus", "--match", in, "-o", out)
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `5 of 5 answers lie inside of the head's range; the new ones were off by 0\.5\d* there .*, now by \d.*e-0[78]`, r.stderr)
	for i, y := range column(t, kerasrun(t, rows, "predict", out).stdout) {
		assert.InDelta(t, before[i], y, 1e-5)
	}
}

func TestRewriteRangeAndColumns(t *testing.T) {
	rows := rowsCSV(t)
	out := filepath.Join(t.TempDir(), "out.h5")
	for _, args := range [][]string{{"--head", "sigmoid", "--range", "3:250"}, {"--head", "0:relu", "--range", "3:250"}, {"--head", "0:exp", "--range", "3:"}} {
		r := kerasrun(t, "", append([]string{"rewrite", seed + "seed_k2.h5", "-o", out}, args...)...)
		require.Zero(t, r.code, r.stderr)
		for _, y := range column(t, kerasrun(t, rows, "predict", out).stdout) {
			assert.True(t, y >= 3 && y <= 250, "%v: %g", args, y)
		}
	}
	for want, args := range map[string][]string{
		"a range must be LO:HI":                 {"--head", "sigmoid", "--range", "3"},
		"--range 0:0 has no room":               {"--head", "sigmoid", "--range", "0:0"},
		"--head must be a name, or COLUMN:NAME": {"--head", "a:relu"},
		"--head names column 0 twice":           {"--head", "0:relu,0:exp"},
	} {
		r := kerasrun(t, "", append([]string{"rewrite", seed + "seed_k2.h5", "-o", out}, args...)...)
		assert.Equal(t, exitUsage, r.code)
		assert.Contains(t, r.stderr, want)
	}
	r := kerasrun(t, "", "rewrite", training+"two_outputs_k3.keras", "--head", "relu", "-o", out)
	assert.Contains(t, r.stderr, "a head needs the name of one of the outputs: value, sign")
	r = kerasrun(t, "", "rewrite", training+"two_outputs_k3.keras", "--head", "relu", "--on", "sign", "-o", filepath.Join(t.TempDir(), "x.keras"))
	assert.Zero(t, r.code, r.stderr)
}
