package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
)

// reversed turns the columns of a CSV around.
func reversed(csv string) string {
	var b strings.Builder
	for line := range strings.Lines(csv) {
		f := strings.Split(strings.TrimSpace(line), ",")
		for i := range f[:len(f)/2] {
			f[i], f[len(f)-1-i] = f[len(f)-1-i], f[i]
		}
		b.WriteString(strings.Join(f, ",") + "\n")
	}
	return b.String()
}

// TestPredictMatchesColumns: the same rows with their columns in another order
// have the same answers, or none.
func TestPredictMatchesColumns(t *testing.T) {
	csv := rowsCSV(t)
	want := kerasrun(t, csv, "predict", seed+"seed_k2.h5")
	require.Zero(t, want.code, want.stderr)
	assert.Empty(t, want.stderr)
	r := kerasrun(t, reversed(csv), "predict", seed+"seed_k2.h5")
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, want.stdout, r.stdout)

	// Names without numbers are known when they are given.
	header, rows, _ := strings.Cut(csv, "\n")
	names := make([]string, strings.Count(header, ",")+1)
	for i := range names {
		names[i] = string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
	}
	columns := strings.Join(names, ",")
	r = kerasrun(t, reversed(columns+"\n"+rows), "predict", seed+"seed_k2.h5", "--columns", columns)
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, want.stdout, r.stdout)
	r = kerasrun(t, columns+"\n"+rows, "predict", seed+"seed_k2.h5")
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, 1, strings.Count(r.stderr, "taken in their order"), r.stderr)

	r = kerasrun(t, "id,"+header+"\n1,"+strings.Split(rows, "\n")[0]+"\n", "predict", seed+"seed_k2.h5")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "nothing takes id")
	r = kerasrun(t, "id,"+header+"\n1,"+strings.Split(rows, "\n")[0]+"\n", "predict", seed+"seed_k2.h5", "--allow-extra")
	assert.Zero(t, r.code, r.stderr)
}

// TestPredictAnswersEachLine writes a line only when the one before is answered,
// as tail -f may.
func TestPredictAnswersEachLine(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(rowsCSV(t)), "\n")
	for format, in := range map[string][]string{
		"csv":   {lines[0] + "\n" + lines[1] + "\n", lines[2] + "\n"},
		"jsonl": {"[" + lines[1] + "]\n", "[" + lines[2] + "]\n"},
	} {
		stdin, feed := io.Pipe()
		answers, stdout := io.Pipe()
		code := make(chan int)
		go func() {
			c := run(context.Background(), []string{"predict", seed + "seed_k2.h5", "--batch", "1", "--format", format}, stdin, stdout, io.Discard)
			_ = stdout.Close()
			code <- c
		}()
		out := bufio.NewReader(answers)
		for i, text := range in {
			_, err := io.WriteString(feed, text)
			require.NoError(t, err)
			if format == "csv" && i == 0 {
				_, err := out.ReadString('\n') // the header
				require.NoError(t, err)
			}
			answer, err := out.ReadString('\n')
			require.NoError(t, err)
			assert.NotEmpty(t, answer)
		}
		require.NoError(t, feed.Close())
		assert.Zero(t, <-code)
	}
}

// TestPredictStreamsNPY reads an array whose end never comes.
func TestPredictStreamsNPY(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, npz.WriteNPY(&b, npz.Of(make([]float32, 3*52), 3, 52)))
	stdin, feed := io.Pipe()
	answers, stdout := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"predict", seed + "seed_k2.h5", "--batch", "1"}, stdin, stdout, io.Discard)
	}()
	go func() { _, _ = feed.Write(b.Bytes()[:b.Len()-52*4]) }()
	out := bufio.NewReader(answers)
	for range 3 { // a header and two rows
		_, err := out.ReadString('\n')
		require.NoError(t, err)
	}
	cancel()
	assert.Equal(t, exitFailed, <-done)
}

// TestPredictSeveralPackedFiles reads what it wrote: two files in, and a third out
// that is packed as well.
func TestPredictSeveralPackedFiles(t *testing.T) {
	csv := rowsCSV(t)
	want := kerasrun(t, csv, "predict", seed+"seed_k2.h5")
	dir := t.TempDir()
	header, rows, _ := strings.Cut(csv, "\n")
	lines := strings.SplitAfter(rows, "\n")
	for i, part := range [][]string{lines[:2], lines[2:]} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := io.WriteString(z, header+"\n"+strings.Join(part, ""))
		require.NoError(t, errors.Join(err, z.Close()))
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("part-%d.csv.gz", i)), b.Bytes(), 0o644))
	}
	out := filepath.Join(dir, "y.csv.gz")
	r := kerasrun(t, "", "predict", seed+"seed_k2.h5", filepath.Join(dir, "part-*.csv.gz"), "-o", out)
	require.Zero(t, r.code, r.stderr)
	f, err := os.Open(out)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	got, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, want.stdout, string(got))

	r = kerasrun(t, header+"\n"+strings.Join(lines[2:], ""), "predict", seed+"seed_k2.h5", filepath.Join(dir, "part-0.csv.gz"), "-")
	require.Zero(t, r.code, r.stderr)
	assert.Equal(t, want.stdout, r.stdout)
	r = kerasrun(t, "", "predict", seed+"seed_k2.h5", filepath.Join(dir, "nothing-*"))
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "no file matches")
}

func TestPredictToAnUnknownEnding(t *testing.T) {
	out := filepath.Join(t.TempDir(), "y.xlsx")
	r := kerasrun(t, rowsCSV(t), "predict", seed+"seed_k2.h5", "-", "-o", out)
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, r.stderr, ".xlsx")
	assert.NoFileExists(t, out)
	r = kerasrun(t, rowsCSV(t), "predict", seed+"seed_k2.h5", "-", "-o", out, "--format", "csv")
	assert.Zero(t, r.code, r.stderr)
	_, err := os.Stat(out)
	assert.NoError(t, err)
}
