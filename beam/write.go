package kerasbeam

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Output says where answers go: to PREFIX-00000-of-00012.ENDING for each of so many
// parts, in a format of kerasrun predict.
type Output struct {
	Prefix string
	Format string // csv, jsonl or parquet
	Parts  int
}

// Check refuses what cannot be written.
func (o *Output) Check() error {
	if o.Prefix == "" {
		return errors.New("the beginning of the names of the outputs must be given")
	}
	if o.Format != "csv" && o.Format != "jsonl" && o.Format != "parquet" {
		return fmt.Errorf("the format must be csv, jsonl or parquet, received %q", o.Format)
	}
	return nil
}

// file is the name of a part's answers.
func (o *Output) file(part int64) string {
	return fmt.Sprintf("%s-%05d-of-%05d.%s", o.Prefix, part, o.Parts, o.Format)
}

// failedFile is the name of a part's failures.
func (o *Output) failedFile(part int64) string {
	return fmt.Sprintf("%s-failed-%05d-of-%05d.jsonl", o.Prefix, part, o.Parts)
}

// WriteAnswers writes a PCollection of Answer, the answers of a part to a file of
// its own, in any order. A file appears whole, under a name that its part alone
// decides: a bundle that is done again writes the same file again.
func WriteAnswers(s beam.Scope, o Options, to Output, answers beam.PCollection) {
	s = s.Scope("kerasbeam.WriteAnswers")
	blocks := beam.GroupByKey(s, beam.ParDo(s, &blockFn{}, answers))
	beam.ParDo0(s, &writeFn{Options: o, Output: to}, blocks)
}

type writeFn struct {
	Options Options
	Output  Output

	program *keras.Program
}

// Setup loads the model, or finds it loaded: it knows the outputs.
func (f *writeFn) Setup(ctx context.Context) (err error) {
	f.program, err = f.Options.program(ctx)
	return err
}

// ProcessElement writes the answers of a part.
func (f *writeFn) ProcessElement(ctx context.Context, part int64, next func(*[]byte) bool) error {
	format, err := table.ParseFormat(f.Output.Format)
	if err != nil {
		return err
	}
	return create(ctx, f.Output.file(part), func(w *bufio.Writer) error {
		to, err := format.NewWriter(w, append(f.Options.kept(), f.program.Outputs()...))
		if err != nil {
			return err
		}
		b := answerBatch{to: to, most: table.BatchRows(f.program, 0), packed: newUnpacker(f.program.Outputs())}
		for block := []byte(nil); next(&block); {
			for len(block) > 0 {
				if b.row, b.data, block, err = cutAnswer(block, b.row); err == nil {
					err = b.add()
				}
				if err != nil {
					return err
				}
			}
		}
		return errors.Join(b.flush(), to.Close())
	})
}

// answerBatch collects answers for the writer of a format.
type answerBatch struct {
	to     table.Writer
	most   int
	row    []string // what is kept of the answer at hand
	data   []byte
	kept   [][]string // by column
	packed *unpacker
}

func (b *answerBatch) add() error {
	err := b.packed.add(b.data)
	if errors.Is(err, errOther) {
		if err = b.flush(); err == nil {
			err = b.packed.add(b.data)
		}
	}
	if err != nil {
		return err
	}
	if b.kept == nil {
		b.kept = make([][]string, len(b.row))
	}
	if len(b.kept) != len(b.row) {
		return errBlock
	}
	for i, s := range b.row {
		b.kept[i] = append(b.kept[i], s)
	}
	if b.packed.rows < b.most {
		return nil
	}
	return b.flush()
}

func (b *answerBatch) flush() error {
	if b.packed.rows == 0 {
		return nil
	}
	var all []*runtime.Tensor
	for i, column := range b.kept {
		t, err := runtime.TensorOf(column, len(column))
		if err != nil {
			return err
		}
		all, b.kept[i] = append(all, t), column[:0]
	}
	out, err := b.packed.tensors()
	if err != nil {
		return err
	}
	err = b.to.Write(append(all, out...))
	b.packed.reset()
	return err
}

// Free refuses to write beside answers or failures of another run.
func (o *Output) Free(ctx context.Context) error {
	fs, err := filesystem.New(ctx, o.Prefix)
	if err != nil {
		return err
	}
	defer fs.Close()
	for _, pattern := range []string{o.Prefix + "-[0-9]*-of-[0-9]*." + o.Format, o.Prefix + "-failed-[0-9]*-of-[0-9]*.jsonl"} {
		found, err := fs.List(ctx, pattern)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%d files of another run are there: %s; remove them, or write elsewhere", len(found), found[0])
		}
	}
	return nil
}
