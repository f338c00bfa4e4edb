package kerasbeam

import (
	"context"
	"errors"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Predict answers each Row of a PCollection. It returns one of Answer, and one of
// Failure for the rows that the model cannot take; every row is in one of them. The
// model is loaded once in each worker process. Rows are computed in batches, which end
// with the bundle at the latest; a row's answer does not depend on its batch, bit for
// bit. Rows must be in the global window.
func Predict(s beam.Scope, o Options, rows beam.PCollection) (answers, failed beam.PCollection) {
	return beam.ParDo2(s.Scope("kerasbeam.Predict"), &predictFn{Options: o}, rows)
}

// predictFn collects the rows of a bundle into batches.
type predictFn struct {
	Options Options

	program *keras.Program
	batch   int
	rows    []Row
	packed  *unpacker
}

// Setup loads the model, or finds it loaded.
func (f *predictFn) Setup(ctx context.Context) (err error) {
	f.program, err = f.Options.program(ctx)
	return err
}

// StartBundle begins without rows: those of a bundle that failed come again.
func (f *predictFn) StartBundle(context.Context, func(Answer), func(Failure)) {
	f.batch = table.BatchRows(f.program, f.Options.Batch)
	f.packed, f.rows = newUnpacker(f.program.Inputs()), f.rows[:0]
}

// ProcessElement adds a row to the batch, and computes one that is full.
func (f *predictFn) ProcessElement(ctx context.Context, w beam.Window, row Row, answer func(Answer), fail func(Failure)) error {
	if _, ok := w.(window.GlobalWindow); !ok {
		return errors.New("kerasbeam.Predict: rows must be in the global window, for those of a batch are answered together")
	}
	err := f.packed.add(row.Data)
	if errors.Is(err, errOther) {
		if err = f.flush(ctx, answer, fail); err == nil {
			err = f.packed.add(row.Data)
		}
	}
	if errors.Is(err, errPacked) {
		rowsFailed.Inc(ctx, 1)
		fail(row.failed(err))
		return nil
	}
	if err != nil {
		return err
	}
	if f.rows = append(f.rows, row); len(f.rows) < f.batch {
		return nil
	}
	return f.flush(ctx, answer, fail)
}

// FinishBundle computes what is left.
func (f *predictFn) FinishBundle(ctx context.Context, answer func(Answer), fail func(Failure)) error {
	return f.flush(ctx, answer, fail)
}

// flush answers the rows collected. Where the batch fails, each row is tried alone, so
// that one does not take the others with it.
func (f *predictFn) flush(ctx context.Context, answer func(Answer), fail func(Failure)) error {
	if len(f.rows) == 0 {
		return nil
	}
	in, err := f.packed.tensors()
	if err != nil {
		return err
	}
	if err := f.run(ctx, in, f.rows, answer); err != nil {
		if ctx.Err() != nil {
			return err
		}
		for i, row := range f.rows {
			one := make([]*runtime.Tensor, len(in))
			for k := range in {
				one[k] = in[k].Rows(i, i+1)
			}
			if err := f.run(ctx, one, f.rows[i:i+1], answer); err != nil {
				rowsFailed.Inc(ctx, 1)
				fail(row.failed(err))
			}
		}
	}
	clear(f.rows)
	f.rows = f.rows[:0]
	f.packed.reset()
	return nil
}

// run computes a batch.
func (f *predictFn) run(ctx context.Context, in []*runtime.Tensor, rows []Row, answer func(Answer)) error {
	start := time.Now()
	out, err := f.program.RunAll(ctx, in)
	if err != nil {
		return err
	}
	batchMicros.Update(ctx, time.Since(start).Microseconds())
	batchRows.Update(ctx, int64(len(rows)))
	rowsAnswered.Inc(ctx, int64(len(rows)))
	for i, row := range rows {
		data := packRow(nil, f.program.Outputs(), out, i)
		answer(Answer{Part: row.Part, Source: row.Source, Number: row.Number, Kept: row.Kept, Data: data})
	}
	return nil
}

func (r *Row) failed(err error) Failure {
	return Failure{Part: r.Part, Source: r.Source, Number: r.Number, Error: err.Error()}
}
