package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"

	"github.com/kerasrun/kerasrun/runtime"
)

func TestBenchJSON(t *testing.T) {
	r := kerasrun(t, "", "bench", seed+"seed_k2.h5", "--batch", "52", "--threads", "1", "--seconds", "0.01", "--json", "--layers")
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, 1, strings.Count(r.stdout, "\n"))
	var report benchReport
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &report))
	assert.Positive(t, report.MinUS)
	assert.IsNonDecreasing(t, []float64{report.MinUS, report.MedianUS, report.P90US, report.P99US})
	assert.Zero(t, report.Allocs, "a warm call of a model with one input and one output allocates nothing")
	assert.GreaterOrEqual(t, report.WeightBytes, 4*(52*100+100+100*40+40+40+1))
	require.NotEmpty(t, report.Layers)
	assert.Equal(t, "dense", report.Layers[0].Layer)
	assert.Positive(t, report.Layers[0].GFLOPS)
}

func TestBenchTable(t *testing.T) {
	r := kerasrun(t, "", "bench", seed+"seed_k3.keras", "--seconds", "0.01", "--layers")
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"median", "90% within", "rows/s", "Of peak", "dense_1"} {
		assert.Contains(t, r.stdout, want)
	}
}

func TestUsageErrors(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown verb":   {[]string{"predicct"}, "unknown command"},
		"unknown flag":   {[]string{"bench", "m.h5", "--bacth", "1"}, "unknown flag"},
		"no model":       {[]string{"bench"}, "accepts 1 arg"},
		"batch zero":     {[]string{"bench", "m.h5", "--batch", "0"}, "--batch"},
		"text for count": {[]string{"bench", "m.h5", "--batch", "many"}, "many"},
	} {
		t.Run(name, func(t *testing.T) {
			r := kerasrun(t, "", c.args...)
			assert.Equal(t, exitUsage, r.code)
			assert.Contains(t, r.stderr, c.want)
			assert.Contains(t, r.stderr, "--help")
			assert.Empty(t, r.stdout)
		})
	}
}

func TestMissingModelFails(t *testing.T) {
	r := kerasrun(t, "", "bench", "nowhere.h5")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "nowhere.h5")
}

func TestEmpiricalQuantile(t *testing.T) {
	var sorted []float64
	for n := range 40 {
		sorted = append(sorted, float64(n*n))
		for _, p := range []float64{0, 0.01, 0.5, 0.9, 0.99, 1} {
			assert.Equal(t, stat.Quantile(p, stat.Empirical, sorted, nil), empirical(sorted, p), "%d %g", n, p)
		}
	}
}

func TestBenchRowsOfAFile(t *testing.T) {
	r := kerasrun(t, "", "bench", seed+"seed_k3.keras", "--rows", seed+"seed_k3.npz", "--batch", "1000", "--seconds", "0.01", "--json")
	require.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, `"batch":1000`)

	r = kerasrun(t, "1,2,3\n", "bench", seed+"seed_k3.keras", "--rows", "-", "--seconds", "0.01")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "52")
}

func TestRowsAreRepeated(t *testing.T) {
	ints, err := runtime.TensorOf([]int32{1, 2, 3, 4, 5, 6}, 3, 2)
	require.NoError(t, err)
	ints, err = repeated(ints, 5)
	require.NoError(t, err)
	assert.Equal(t, runtime.Shape{5, 2}, ints.Shape())
	assert.Equal(t, []int32{1, 2, 3, 4, 5, 6, 1, 2, 3, 4}, ints.Int32s())

	texts, err := runtime.TensorOf([]string{"a", "b"}, 2, 1)
	require.NoError(t, err)
	texts, err = repeated(texts, 3)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "a"}, texts.Strings())
}
