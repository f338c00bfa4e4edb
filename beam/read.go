package kerasbeam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
)

// part is a file to read.
type part struct {
	Number int64
	Path   string
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
// their content. Part is the number of the file. It returns a PCollection of Row, and
// one of Failure for the rows that cannot be read; a file that breaks off is a Failure
// with Rest set.
func ReadRows(s beam.Scope, o Options, files []string) (rows, failed beam.PCollection) {
	s = s.Scope("kerasbeam.ReadRows")
	parts := make([]part, len(files))
	for i, path := range files {
		parts[i] = part{int64(i), path}
	}
	return beam.ParDo2(s, &readFn{Options: o}, beam.Reshuffle(s, beam.CreateList(s, parts)))
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
	number := int64(0)
	broken := func(err error) {
		filesBroken.Inc(ctx, 1)
		fail(Failure{p.Number, p.Path, number + 1, reason(p, err), true})
	}
	rows, err := table.Open(in, f.Options.wanted(f.program, func(note string) { log.Infof(ctx, "%s: %s", p.Path, note) }))
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
