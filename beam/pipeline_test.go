package kerasbeam

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const seed = "../testdata/models/seed/seed_k3.keras"

func TestMain(m *testing.M) {
	beam.Init()
	os.Exit(m.Run())
}

// score runs the whole pipeline on Prism.
func score(t *testing.T, o Options, to Output, files ...string) map[string]int64 {
	t.Helper()
	to.Parts = len(files)
	require.NoError(t, to.Check())
	require.NoError(t, o.Check())
	p, s := beam.NewPipelineWithRoot()
	rows, unread := ReadRows(s, o, files)
	answers, unanswered := Predict(s, o, rows)
	WriteAnswers(s, o, to, answers)
	WriteFailures(s, to, unread, unanswered)
	result, err := prism.Execute(context.Background(), p)
	require.NoError(t, err)
	counts := map[string]int64{}
	for _, c := range result.Metrics().AllMetrics().Counters() {
		counts[c.Name()] += c.Result()
	}
	return counts
}

// rowsFile writes CSV rows for the seed model, some of them as given.
func rowsFile(t *testing.T, dir, name string, rows int, instead map[int]string) string {
	t.Helper()
	var b strings.Builder
	for c := range 52 {
		fmt.Fprintf(&b, "x%d,", c)
	}
	b.WriteString("id\n")
	for r := range rows {
		if line, ok := instead[r]; ok {
			b.WriteString(line + "\n")
			continue
		}
		for c := range 52 {
			fmt.Fprintf(&b, "%d.%d,", (r*7+c*3)%10, (r+c)%10)
		}
		fmt.Fprintf(&b, "%s-%d\n", name, r)
	}
	path := filepath.Join(dir, name+".csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o666))
	return path
}

// lines are those of all files that match, sorted, without headers.
func lines(t *testing.T, pattern, header string) (all []string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	for _, path := range files {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			if !strings.HasPrefix(line, header) {
				all = append(all, line)
			}
		}
	}
	slices.Sort(all)
	return all
}

// predict asks the command of the main module.
func predict(t *testing.T, bin string, args ...string) string {
	t.Helper()
	var said strings.Builder
	cmd := exec.Command(bin, append([]string{"predict"}, args...)...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	require.NoError(t, err, said.String())
	return string(out)
}

func kerasrun(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "kerasrun")
	build := exec.Command("go", "build", "-o", bin, "./cmd/kerasrun")
	build.Dir = ".."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return bin
}

// TestAnswersAreThoseOfPredict: the same files give the same lines, whatever bundles
// and batches were.
func TestAnswersAreThoseOfPredict(t *testing.T) {
	dir, bin := t.TempDir(), kerasrun(t)
	var files []string
	for i, rows := range []int{1, 700, 3000} {
		files = append(files, rowsFile(t, dir, fmt.Sprint("file", i), rows, nil))
	}
	local := strings.Split(strings.TrimSpace(predict(t, bin, append([]string{seed, "--id", "id"}, files...)...)), "\n")[1:]
	slices.Sort(local)
	require.Len(t, local, 3701)
	for _, batch := range []int{0, 7} {
		prefix := filepath.Join(dir, fmt.Sprint("out", batch))
		counts := score(t, Options{Model: seed, IDs: []string{"id"}, Batch: batch}, Output{Prefix: prefix, Format: "csv"}, files...)
		assert.Equal(t, local, lines(t, prefix+"-*-of-00003.csv", "id,"))
		assert.Equal(t, int64(3701), counts["rows"])
		assert.Empty(t, lines(t, prefix+"-failed-*", "x"))
	}
	// The answers of a row are the same from Parquet, to Parquet.
	packed := filepath.Join(dir, "answers.parquet")
	predict(t, bin, seed, files[1], "--keep", "all", "-o", packed)
	score(t, Options{Model: seed, IDs: []string{"id"}, AllowExtra: true}, Output{Prefix: filepath.Join(dir, "pq"), Format: "jsonl"}, packed)
	want := strings.Split(strings.TrimSpace(predict(t, bin, seed, files[1], "--id", "id", "--format", "jsonl")), "\n")
	slices.Sort(want)
	assert.Equal(t, want, lines(t, filepath.Join(dir, "pq-*"), "x"))
}

// TestRowGroupsAreReadSideBySide: all rows of a file with three row groups are answered
// once, and a row that fails has its number in the file.
func TestRowGroupsAreReadSideBySide(t *testing.T) {
	const model, rows = "../testdata/models/layers/Rescaling_list_k3.keras", "../internal/parquet/testdata/zstd_v2_groups.parquet"
	columns := []string{"f32", "f64", "f16", "i8", "i64", "nulls"}
	prefix := filepath.Join(t.TempDir(), "out")
	counts := score(t, Options{Model: model, AllowExtra: true, IDs: []string{"i32"}, Columns: columns}, Output{Prefix: prefix, Format: "csv"}, rows)
	assert.Equal(t, []int64{51, 9, 0}, []int64{counts["rows"], counts["rows_failed"], counts["files_broken"]})
	want := strings.Split(strings.TrimSpace(predict(t, kerasrun(t), model, rows, "--allow-extra", "--id", "i32", "--columns", strings.Join(columns, ","), "--on-error", "skip")), "\n")[1:]
	slices.Sort(want)
	assert.Equal(t, want, lines(t, prefix+"-0*", "i32,"))
	failed := strings.Join(lines(t, prefix+"-failed-*", "x"), "\n")
	for row := 4; row <= 60; row += 7 {
		assert.Contains(t, failed, fmt.Sprintf(`"row":%d,"error":"row %d, column`, row, row))
	}
}

// TestFailuresAreSetApart: a row that cannot be read does not end the run, and each
// has its reason beside its file and number.
func TestFailuresAreSetApart(t *testing.T) {
	dir := t.TempDir()
	a := rowsFile(t, dir, "a", 30, map[int]string{9: strings.Repeat("1,", 51) + "word,bad"})
	b := rowsFile(t, dir, "b", 2, map[int]string{0: "1,2"})
	empty := filepath.Join(dir, "empty.csv")
	require.NoError(t, os.WriteFile(empty, nil, 0o666))
	prefix := filepath.Join(dir, "out")
	counts := score(t, Options{Model: seed, IDs: []string{"id"}}, Output{Prefix: prefix, Format: "csv"}, a, b, empty)
	failed := lines(t, prefix+"-failed-*", "x")
	require.Len(t, failed, 3)
	assert.Contains(t, failed[0], `a.csv","row":10,"error":"row 10`)
	assert.Contains(t, failed[1], `b.csv","row":1,"error":"`)
	assert.Contains(t, failed[2], `empty.csv","row":1,"error":"no rows: the input is empty","rest":true`)
	assert.Equal(t, []int64{30, 2, 1}, []int64{counts["rows"], counts["rows_failed"], counts["files_broken"]})
	assert.Len(t, lines(t, prefix+"-0*", "id,"), 30)
	assert.ErrorContains(t, (&Output{Prefix: prefix, Format: "csv"}).Free(context.Background()), "another run")
}
