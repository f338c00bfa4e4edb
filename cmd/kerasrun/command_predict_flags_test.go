package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// softmaxModel scores three classes by their inputs alone.
func softmaxModel(t *testing.T) string {
	t.Helper()
	m, err := keras.FromConfig([]byte(`{"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
		{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}},
		{"module": "keras.layers", "class_name": "Activation", "config": {"name": "y", "activation": "relu", "dtype": "float32"}}]}}`))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "s.keras")
	require.NoError(t, m.Save(path))
	return path
}

func TestPredictKeepsAndLabels(t *testing.T) {
	model, dir := softmaxModel(t), t.TempDir()
	labels := filepath.Join(dir, "labels.txt")
	require.NoError(t, os.WriteFile(labels, []byte("cat\ndog\n\"bird\"\n"), 0o644))
	two := filepath.Join(dir, "two.json")
	require.NoError(t, os.WriteFile(two, []byte(`["a", "b"]`), 0o644))
	csv := "id,x_0,x_1,x_2,note\n007,1,2,0.5,\"a, b\"\n8,4,4,9,\n"
	for _, c := range []struct {
		args string
		want string
	}{
		{"--id id --allow-extra", "id,y_0,y_1,y_2\n007,1,2,0.5\n8,4,4,9\n"},
		{"--id id --keep note --labels " + labels, "id,note,label,score\n007,\"a, b\",dog,2\n8,\"\",\"\"\"bird\"\"\",9\n"},
		{"--keep all --top 2", "id,x_0,x_1,x_2,note,label_1,score_1,label_2,score_2\n007,1,2,0.5,\"a, b\",1,2,0,1\n8,4,4,9,\"\",2,9,0,4\n"},
		{"--id id --allow-extra --top 1 --format jsonl", "{\"id\":\"007\",\"label\":\"1\",\"score\":2}\n{\"id\":\"8\",\"label\":\"2\",\"score\":9}\n"},
	} {
		r := kerasrun(t, csv, append([]string{"predict", model}, strings.Fields(c.args)...)...)
		require.Zero(t, r.code, r.stderr)
		assert.Equal(t, c.want, r.stdout, c.args)
	}
	for args, want := range map[string]string{
		"--id ID":              `no column "ID"`,
		"--top 4":              "at most 3",
		"--id id --keep y_0":   `no column "y_0"`,
		"--labels " + two:      "wanted 3 labels",
		"--missing x":          "--missing",
		"--on-error go":        "--on-error",
		"--resume":             "-o names it",
		"--resume -o y.npy":    "CSV or JSON lines",
		"--resume -o y.csv.gz": "CSV or JSON lines",
		"--resume --on-error skip -o " + filepath.Join(dir, "z.csv"): "left out",
	} {
		r := kerasrun(t, csv, append([]string{"predict", model}, strings.Fields(args)...)...)
		assert.NotZero(t, r.code, args)
		assert.Contains(t, r.stderr, want, args)
	}
}

func TestPredictMissingAndBadRows(t *testing.T) {
	model := softmaxModel(t)
	csv := "id,x_0,x_1,x_2\na,1,NA,3\nb,1,2\nc,7,8,9\nd,1,x,3\ne,,1,2\n"
	r := kerasrun(t, csv, "predict", model, "--id", "id", "--missing", "nan", "--on-error", "skip")
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, "id,y_0,y_1,y_2\na,1,NaN,3\nc,7,8,9\ne,NaN,1,2\n", r.stdout)
	assert.Contains(t, r.stderr, "row 2 (line 3): wanted 4 columns, received 3")
	assert.Contains(t, r.stderr, "row 4 (line 5), column 3 (x_1)")
	assert.Contains(t, r.stderr, "2 rows could not be read: left out")

	r = kerasrun(t, csv, "predict", model, "--id", "id", "--missing", "0", "--on-error", "null", "--format", "jsonl")
	require.Zero(t, r.code, r.stderr)
	lines := strings.Split(r.stdout, "\n")
	require.Len(t, lines, 6)
	assert.Equal(t, `{"id":"","y":[null,null,null]}`, lines[1])
	assert.Equal(t, `{"id":"e","y":[0,1,2]}`, lines[4])

	out := filepath.Join(t.TempDir(), "y.csv")
	r = kerasrun(t, csv, "predict", model, "--id", "id", "--missing", "0", "-o", out)
	assert.Equal(t, exitFailed, r.code)
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "id,y_0,y_1,y_2\na,1,0,3\n", string(text), "rows before the bad one are written")

	r = kerasrun(t, "", "predict", model, out, "-o", out)
	assert.Equal(t, exitUsage, r.code, "a file that is read is not written over")
}

// TestPredictResumes cuts the answers at every byte and goes on.
func TestPredictResumes(t *testing.T) {
	model, dir := softmaxModel(t), t.TempDir()
	var csv strings.Builder
	csv.WriteString("id,x_0,x_1,x_2\n")
	for i := range 7 {
		fmt.Fprintf(&csv, "\"%d\n,\",%d,2,3\n", i, i)
	}
	in := filepath.Join(dir, "x.csv")
	require.NoError(t, os.WriteFile(in, []byte(csv.String()), 0o644))
	for _, ending := range []string{"csv", "jsonl"} {
		args := []string{"predict", model, in, "--id", "id", "--batch", "2", "-o", filepath.Join(dir, "y."+ending)}
		r := kerasrun(t, "", args...)
		require.Zero(t, r.code, r.stderr)
		whole, err := os.ReadFile(args[len(args)-1])
		require.NoError(t, err)
		for n := range len(whole) + 1 {
			require.NoError(t, os.WriteFile(args[len(args)-1], whole[:n], 0o644))
			r := kerasrun(t, "", append(args, "--resume")...)
			require.Zero(t, r.code, r.stderr)
			got, err := os.ReadFile(args[len(args)-1])
			require.NoError(t, err)
			require.Equal(t, string(whole), string(got), "%s cut at %d", ending, n)
		}
	}
	r := kerasrun(t, "", "predict", model, in, "--keep", "all", "-o", filepath.Join(dir, "y.csv"), "--resume")
	assert.Zero(t, r.code, "all rows are there: nothing is added")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "y.csv"), []byte("other\n1\n"), 0o644))
	r = kerasrun(t, "", "predict", model, in, "--id", "id", "-o", filepath.Join(dir, "y.csv"), "--resume")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "other")
}

// TestInterruptedPredictLeavesAWholeFile stops in the middle of a stream.
func TestInterruptedPredictLeavesAWholeFile(t *testing.T) {
	model, dir := softmaxModel(t), t.TempDir()
	for _, name := range []string{"y.csv", "y.parquet", "y.npy", "y.csv.gz"} {
		out := filepath.Join(dir, name)
		stdin, feed := io.Pipe()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan int)
		go func() {
			done <- run(ctx, []string{"predict", model, "--batch", "1", "-o", out}, stdin, io.Discard, io.Discard)
		}()
		_, err := io.WriteString(feed, "1,2,3\n4,5,6\n")
		require.NoError(t, err)
		require.Eventually(t, func() bool { info, err := os.Stat(out); return err == nil && info.Mode().IsRegular() }, 10e9, 1e6)
		cancel()
		assert.Equal(t, exitFailed, <-done)
		r := kerasrun(t, "", "predict", model, out) // it is whole: it can be read
		assert.Zero(t, r.code, "%s: %s", name, r.stderr)
		assert.Contains(t, r.stdout, "1,2,3\n")
	}
}
