package kerasbeam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
)

// part is a file to read, or a row group of it.
type part struct {
	Number int64 // of the file
	Path   string
	Group  int   // from 1 on, 0 for all
	First  int64 // rows of the file before it
}

// Files are those that match the patterns of a file system of Beam's, sorted, each
// once. A pattern that matches nothing is an error.
func Files(ctx context.Context, patterns ...string) ([]string, error) {
	var all []string
	for _, pattern := range patterns {
		fs, err := filesystem.New(ctx, pattern)
		if err != nil {
			return nil, err
		}
		found, err := fs.List(ctx, pattern)
		fs.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pattern, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no file matches %s", pattern)
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// ReadRows reads the rows of files in whatever format kerasrun predict reads, told by
// their content. Part is the number of the file. Row
// groups of Parquet are read side by side. It returns a PCollection of Row, and
// one of Failure for the rows that cannot be read; a file that breaks off is a Failure
// with Rest set.
func ReadRows(s beam.Scope, o Options, files []string) (rows, failed beam.PCollection) {
	s = s.Scope("kerasbeam.ReadRows")
	parts := make([]part, len(files))
	for i, path := range files {
		parts[i] = part{Number: int64(i), Path: path}
	}
	whole := beam.Reshuffle(s, beam.CreateList(s, parts))
	return beam.ParDo2(s, &readFn{Options: o}, beam.Reshuffle(s, beam.ParDo(s, split, whole)))
}

// split gives the row groups of a local Parquet file, and other files as they are. One
// that is damaged stays whole: reading it says why.
func split(ctx context.Context, p part, emit func(part)) error {
	if !isLocal(p.Path) {
		emit(p)
		return nil
	}
	file, err := os.Open(p.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	groups, err := table.ParquetGroups(table.Stream(p.Path, file))
	if err != nil || len(groups) < 2 {
		emit(p)
		return nil
	}
	for i, rows := range groups {
		p.Group = i + 1
		emit(p)
		p.First += rows
	}
	return nil
}

type readFn struct {
	Options Options

	program *keras.Program
}

// Setup loads the model, or finds it loaded.
func (f *readFn) Setup(ctx context.Context) (err error) {
	f.program, err = f.Options.program(ctx)
	return err
}

// ProcessElement reads a file.
func (f *readFn) ProcessElement(ctx context.Context, p part, emit func(Row), fail func(Failure)) error {
	fs, err := filesystem.New(ctx, p.Path)
	if err != nil {
		return err
	}
	defer fs.Close()
	var reached error // a worker that cannot reach the file tries again
	in := table.Several([]string{p.Path}, func(path string) (*table.Input, func(), error) {
		file, err := fs.OpenRead(ctx, path)
		if err != nil {
			reached = err
			return nil, nil, err
		}
		return table.Stream(path, file), func() { file.Close() }, nil
	})
	number := p.First
	broken := func(err error) {
		filesBroken.Inc(ctx, 1)
		fail(Failure{p.Number, p.Path, number + 1, reason(p, err), true})
	}
	wanted := f.Options.wanted(f.program, func(note string) { log.Infof(ctx, "%s: %s", p.Path, note) })
	wanted.Group = p.Group
	rows, err := table.Open(in, wanted)
	if reached != nil {
		return reached
	}
	if err != nil {
		broken(err)
		return nil
	}
	if c, ok := rows.(io.Closer); ok {
		defer c.Close()
	}
	ports, batch := f.program.Inputs(), table.BatchRows(f.program, f.Options.Batch)
	for {
		in, err := rows.Next(batch)
		var row *table.RowError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case reached != nil:
			return reached
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &row):
			number++
			rowsFailed.Inc(ctx, 1)
			fail(Failure{p.Number, p.Path, number, reason(p, err), false})
			continue
		case err != nil:
			broken(err)
			return nil
		}
		for i := range in[0].Shape()[0] {
			number++
			r := Row{Part: p.Number, Source: p.Path, Number: number, Data: packRow(nil, ports, in[:len(ports)], i)}
			for _, k := range in[len(ports):] {
				r.Kept = append(r.Kept, k.Strings()[i])
			}
			emit(r)
		}
	}
}

// reason is an error without the name of the file, which stands beside it.
func reason(p part, err error) string {
	return strings.TrimPrefix(err.Error(), p.Path+": ")
}
