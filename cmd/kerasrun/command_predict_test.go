package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
)

// rowsCSV is the text of the rows that ship with the seed model.
func rowsCSV(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(seed + "rows.csv")
	require.NoError(t, err)
	return string(b)
}

// column reads a CSV of one column with a header.
func column(t *testing.T, text string) []float32 {
	t.Helper()
	var out []float32
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i == 0 {
			continue
		}
		v, err := strconv.ParseFloat(line, 32)
		require.NoError(t, err)
		out = append(out, float32(v))
	}
	return out
}

func TestPredictAnswersAsKeras(t *testing.T) {
	for _, model := range []string{"seed_k2.h5", "seed_k2.keras", "seed_k3.h5", "seed_k3.keras"} {
		dir := t.TempDir()
		answers, err := npz.ReadFile(seed+strings.TrimSuffix(model, filepath.Ext(model))+".npz", npz.Limits{})
		require.NoError(t, err)
		want, err := answers.Get("output_0").Float32s()
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, npz.WriteNPY(&b, answers.Get("input_0")))
		x := filepath.Join(dir, "x.npy")
		require.NoError(t, os.WriteFile(x, b.Bytes(), 0o644))
		r := kerasrun(t, "", "predict", seed+model, x, "--batch", "7")
		require.Zero(t, r.code, r.stderr)
		got := column(t, r.stdout)
		require.Len(t, got, len(want))
		for i := range want {
			assert.InDelta(t, want[i], got[i], 1e-5)
		}
	}
}

// TestPredictFormats feeds the same rows in every format and asks for the
// answers in every format: all must be the same numbers, bit for bit.
func TestPredictFormats(t *testing.T) {
	csv := rowsCSV(t)
	want := kerasrun(t, csv, "predict", seed+"seed_k2.h5")
	require.Zero(t, want.code, want.stderr)
	numbers := column(t, want.stdout)
	require.Len(t, numbers, 5)

	lines := strings.Split(strings.TrimSpace(csv), "\n")
	var arrays, objects []string
	var flat []float32
	for _, l := range lines[1:] {
		arrays = append(arrays, "["+l+"]")
		objects = append(objects, `{"dense_input": [`+l+`]}`)
		for f := range strings.SplitSeq(l, ",") {
			v, err := strconv.ParseFloat(f, 32)
			require.NoError(t, err)
			flat = append(flat, float32(v))
		}
	}
	var npy, archive bytes.Buffer
	require.NoError(t, npz.WriteNPY(&npy, npz.Of(flat, 5, 52)))
	require.NoError(t, npz.WriteNPZ(&archive, []npz.Named{{Name: "dense_input", Array: npz.Of(flat, 5, 52)}}))
	inputs := map[string]string{
		"header":          csv,
		"mark and CRLF":   "\ufeff" + strings.ReplaceAll(csv, "\n", "\r\n"),
		"no header":       strings.Join(lines[1:], "\n"),
		"semicolons":      strings.ReplaceAll(csv, ",", ";"),
		"tabs":            strings.ReplaceAll(csv, ",", "\t"),
		"JSON arrays":     strings.Join(arrays, "\n"),
		"JSON objects":    strings.Join(objects, "\n"),
		"one JSON array":  "[" + strings.Join(arrays, ",") + "]",
		"list of objects": "[" + strings.Join(objects, ",") + "]",
		"npy":             npy.String(),
		"npz":             archive.String(),
	}
	for name, in := range inputs {
		t.Run("in/"+name, func(t *testing.T) {
			r := kerasrun(t, in, "predict", seed+"seed_k2.h5", "-", "--batch", "2")
			assert.Zero(t, r.code, r.stderr)
			assert.Equal(t, want.stdout, r.stdout)
		})
	}
	t.Run("out/jsonl", func(t *testing.T) {
		r := kerasrun(t, csv, "predict", seed+"seed_k2.h5", "--format", "jsonl")
		require.Zero(t, r.code, r.stderr)
		for i, line := range strings.Split(strings.TrimSpace(r.stdout), "\n") {
			var row map[string][]float32
			require.NoError(t, json.Unmarshal([]byte(line), &row))
			assert.Equal(t, map[string][]float32{"activation_2": {numbers[i]}}, row)
		}
	})
	for _, ext := range []string{"npy", "npz"} {
		t.Run("out/"+ext, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "y."+ext)
			r := kerasrun(t, csv, "predict", seed+"seed_k2.h5", "-o", out, "--batch", "2")
			require.Zero(t, r.code, r.stderr)
			assert.Empty(t, r.stdout)
			var a *npz.Array
			if ext == "npy" {
				var err error
				a, err = npz.ReadNPYFile(out, npz.Limits{})
				require.NoError(t, err)
			} else {
				all, err := npz.ReadFile(out, npz.Limits{})
				require.NoError(t, err)
				a = all.Get("activation_2")
				require.NotNil(t, a)
			}
			assert.Equal(t, []int{5, 1}, a.Shape)
			assert.Equal(t, numbers, a.Data)
		})
	}
}

func TestPredictBadInput(t *testing.T) {
	csv := rowsCSV(t)
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	data := strings.Split(lines[3], ",")
	broken := func(column int, text string) string {
		f := append([]string{}, data...)
		f[column] = text
		return strings.Join([]string{lines[0], lines[1], lines[2], strings.Join(f, ",")}, "\n")
	}
	written := map[string]int{"one short row": 1, "text for a number": 2, "nothing for a number": 2, "text in row 1": 2}
	for name, c := range map[string]struct {
		stdin string
		args  []string
		code  int
		want  []string
	}{
		"a column less":        {strings.Join(strings.Split(lines[1], ",")[:51], ","), nil, 1, []string{"52 columns", "received 51"}},
		"a column less, named": {strings.Join(strings.Split(lines[0], ",")[:51], ",") + "\n", nil, 1, []string{"52", "51"}},
		"one short row":        {lines[0] + "\n" + lines[1] + "\n" + strings.Join(data[:51], ",") + "\n", nil, 1, []string{"row 2 (line 3)", "52", "51"}},
		"text for a number":    {broken(7, "abc"), nil, 1, []string{"row 3 (line 4)", "column 8 (x7)", `"abc"`, "a number"}},
		"nothing for a number": {broken(51, ""), nil, 1, []string{"row 3", "column 52 (x51)", "nothing"}},
		"text in row 1":        {broken(0, "abc")[len(lines[0]):], []string{"--header", "no"}, 1, []string{"row 3", "column 1"}},
		"empty":                {"", nil, 1, []string{"empty"}},
		"blank":                {"\n\n", nil, 1, []string{"no rows"}},
		"only a header":        {lines[0] + "\n", nil, 1, []string{"no rows"}},
		"unknown format":       {csv, []string{"--format", "xml"}, 2, []string{"xml", "csv"}},
		"unknown header":       {csv, []string{"--header", "maybe"}, 2, []string{"maybe"}},
		"negative batch":       {csv, []string{"--batch", "-1"}, 2, []string{"--batch"}},
		"short JSON row":       {"[1, 2, 3]", nil, 1, []string{"row 1", "dense_input", "(52,)", "(3,)"}},
		"ragged JSON":          {"[[1, 2], [3]]", nil, 1, []string{"row 1"}},
		"text in JSON":         {`["a"]`, nil, 1, []string{"row 1", "element [0]", `"a"`}},
		"null in JSON":         {`[null]`, nil, 1, []string{"null"}},
		"broken JSON":          {`{"dense_input": [1, `, nil, 1, []string{"row 1"}},
		"other JSON name":      {`{"x": [1]}`, nil, 1, []string{"dense_input"}},
		"not an array of rows": {"\x93NUMPY\x01\x00", nil, 1, []string{"npy"}},
		"broken archive":       {"PK\x03\x04rubbish", nil, 1, []string{"npz"}},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "old.csv")
			require.NoError(t, os.WriteFile(out, []byte("before"), 0o644))
			r := kerasrun(t, c.stdin, append([]string{"predict", seed + "seed_k2.h5", "-", "-o", out}, c.args...)...)
			assert.Equal(t, c.code, r.code, r.stderr)
			for _, w := range c.want {
				assert.Contains(t, r.stderr, w)
			}
			kept, err := os.ReadFile(out)
			require.NoError(t, err)
			if rows, some := written[name]; some {
				assert.Equal(t, 1+rows, strings.Count(string(kept), "\n"), "the rows before it are written")
			} else {
				assert.Equal(t, "before", string(kept), "the file that was there is still there")
			}
			left, err := os.ReadDir(filepath.Dir(out))
			require.NoError(t, err)
			assert.Len(t, left, 1, "no temporary file stays")
		})
	}
}

func TestPredictFromSeveralInputs(t *testing.T) {
	model := "../../testdata/models/layers/Add_three_k3.keras"
	answers, err := npz.ReadFile(strings.TrimSuffix(model, ".keras")+".npz", npz.Limits{})
	require.NoError(t, err)
	in := strings.TrimSuffix(model, ".keras") + ".npz"
	r := kerasrun(t, "", "predict", model, in, "-o", filepath.Join(t.TempDir(), "y.npy"))
	require.Zero(t, r.code, r.stderr)
	r = kerasrun(t, "", "predict", model, in)
	require.Zero(t, r.code, r.stderr)
	header, _, _ := strings.Cut(r.stdout, "\n")
	assert.True(t, strings.HasPrefix(header, "add_0,add_1,"), header)

	// The same rows as CSV: the inputs' columns one after the other.
	var csv strings.Builder
	rows := answers.Get("input_0").Shape[0]
	for row := range rows {
		var cells []string
		for i := range 3 {
			v, err := answers.Get(fmt.Sprint("input_", i)).Float32s()
			require.NoError(t, err)
			n := len(v) / rows
			for _, x := range v[row*n : (row+1)*n] {
				cells = append(cells, strconv.FormatFloat(float64(x), 'g', -1, 32))
			}
		}
		csv.WriteString(strings.Join(cells, ",") + "\n")
	}
	again := kerasrun(t, csv.String(), "predict", model)
	assert.Zero(t, again.code, again.stderr)
	assert.Equal(t, r.stdout, again.stdout)

	var npy bytes.Buffer
	require.NoError(t, npz.WriteNPY(&npy, answers.Get("input_0")))
	r = kerasrun(t, npy.String(), "predict", model)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "3 inputs")
}
