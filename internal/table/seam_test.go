package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// pairs is a toy format: lines of NAME=NUMBER, a blank line behind each row. What
// a format needs is here: this much code, and a line in formats.
type pairs struct {
	lines  *bufio.Scanner
	w      *Wanted
	closed *bool
}

var pairsFormat = &Format{"pairs", []string{".pairs"},
	func(in *Input) bool { return bytes.Contains(in.head(), []byte("=")) },
	func(in *Input, w *Wanted) (Reader, error) { return &pairs{lines: bufio.NewScanner(in), w: w}, nil },
	func(w *bufio.Writer, outputs []keras.Port) (Writer, error) { return &pairsWriter{w, outputs}, nil }}

func (p *pairs) Next(int) ([]*runtime.Tensor, error) {
	var columns Columns
	var values []string
	for p.lines.Scan() && p.lines.Text() != "" {
		name, value, _ := strings.Cut(p.lines.Text(), "=")
		columns.List, values = append(columns.List, Column{Name: name, Shape: Scalar}), append(values, value)
	}
	if len(values) == 0 {
		return nil, io.EOF
	}
	layout, err := p.w.Match(columns)
	if err != nil {
		return nil, err
	}
	var out []*runtime.Tensor
	cells := newCells(layout)
	for i, f := range layout.Feeds {
		for _, at := range f.Columns {
			if err := cells[i].text(values[at]); err != nil {
				return nil, err
			}
		}
		t, err := cells[i].tensor(append([]int{1}, f.Shape...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (p *pairs) Close() error {
	*p.closed = true
	return nil
}

type pairsWriter struct {
	w       *bufio.Writer
	outputs []keras.Port
}

func (p *pairsWriter) Write(out []*runtime.Tensor) error {
	for r := range out[0].Shape()[0] {
		for i, t := range out {
			fmt.Fprintf(p.w, "%s=%g\n", p.outputs[i].Name, t.Float32s()[r])
		}
		fmt.Fprintln(p.w)
	}
	return nil
}

func (p *pairsWriter) Close() error { return nil }

// folderFormat is a toy that finds rows in the files of a folder, each opened as what
// it is.
var folderFormat = &Format{"folder", nil,
	func(in *Input) bool { return in.Folder != "" },
	func(in *Input, w *Wanted) (Reader, error) {
		paths, err := filepath.Glob(filepath.Join(in.Folder, "*"))
		return &folderReader{paths: paths, w: w}, err
	}, nil}

type folderReader struct {
	paths []string
	w     *Wanted
	now   Reader
}

func (f *folderReader) Next(n int) ([]*runtime.Tensor, error) {
	for {
		if f.now == nil {
			if len(f.paths) == 0 {
				return nil, io.EOF
			}
			b, err := os.ReadFile(f.paths[0])
			if err != nil {
				return nil, err
			}
			if f.now, err = Open(Stream(f.paths[0], bytes.NewReader(b)), f.w); err != nil {
				return nil, err
			}
			f.paths = f.paths[1:]
		}
		out, err := f.now.Next(n)
		if !errors.Is(err, io.EOF) {
			return out, err
		}
		f.now = nil
	}
}

// TestANewFormatIsOneFileAndOneLine adds toys to the list; nothing else knows of
// them.
func TestANewFormatIsOneFileAndOneLine(t *testing.T) {
	before := formats
	defer func() { formats = before }()
	formats = append([]*Format{pairsFormat, folderFormat}, formats...)

	ports := []keras.Port{port("a", runtime.Float32), port("b", runtime.Float32)}
	f, err := FormatOf("rows.pairs")
	require.NoError(t, err)
	assert.Equal(t, "pairs", f.Name)
	var text bytes.Buffer
	out := bufio.NewWriter(&text)
	w, err := f.NewWriter(out, ports)
	require.NoError(t, err)
	a, err := runtime.TensorOf([]float32{1, 2}, 2)
	require.NoError(t, err)
	require.NoError(t, w.Write([]*runtime.Tensor{a, a}))
	require.NoError(t, errors.Join(w.Close(), out.Flush()))
	assert.Equal(t, "a=1\nb=1\n\na=2\nb=2\n\n", text.String())

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "1.pairs"), []byte("b=2\na=1\n\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "2.csv"), []byte("b,a\n4,3\n6,5\n"), 0o644))
	r, err := Open(Folder(dir), &Wanted{Inputs: ports})
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	require.NoError(t, err)
	require.Len(t, batches, 2)
	assert.Equal(t, []float32{1}, batches[0][0].Float32s())
	assert.Equal(t, []float32{3, 5}, batches[1][0].Float32s())

	assert.NotContains(t, FormatNames(), "folder", "it cannot be written")
	closed := false
	require.NoError(t, named{&pairs{closed: &closed}, ""}.Close())
	assert.True(t, closed)
}

func TestEndingsAndFolders(t *testing.T) {
	for path, want := range map[string]string{"y.csv": "csv", "y.CSV": "csv", "y": "csv", "y.json": "jsonl", "y.ndjson": "jsonl", "a.b/y.npy": "npy", "y.npz": "npz"} {
		f, err := FormatOf(path)
		require.NoError(t, err, path)
		assert.Equal(t, want, f.Name, path)
	}
	_, err := FormatOf("y.xlsx")
	assert.ErrorContains(t, err, ".xlsx")
	assert.ErrorContains(t, err, ".jsonl")
	_, err = Open(Folder(t.TempDir()), &Wanted{})
	assert.ErrorContains(t, err, "folder")
}
