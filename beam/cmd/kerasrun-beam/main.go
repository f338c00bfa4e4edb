// Command kerasrun-beam answers the rows of many files with a Keras model, on Apache
// Beam:
//
//	kerasrun-beam --model model.keras --input 'day-*.parquet' --output answers/day
//
// runs on the Prism runner within this process. --runner and the flags of the runner
// choose another. The answers to each file are in one of their own, in any order; rows
// without an answer are in PREFIX-failed-*.jsonl with the reason.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	kerasbeam "github.com/kerasrun/kerasrun/beam"
)

func main() {
	options, inputs, to := flags()
	flag.Parse()
	beam.Init() // a worker stays here
	if err := run(context.Background(), options, strings.Split(*inputs, ","), to); err != nil {
		fmt.Fprintln(os.Stderr, "kerasrun-beam:", err)
		os.Exit(1)
	}
}

// flags are the command's own, beside those of Beam.
func flags() (o *kerasbeam.Options, inputs *string, to *kerasbeam.Output) {
	o, to = &kerasbeam.Options{}, &kerasbeam.Output{}
	flag.StringVar(&o.Model, "model", "", "the model, where the workers find it")
	inputs = flag.String("input", "", "files or patterns, with commas between")
	flag.StringVar(&to.Prefix, "output", "", "what the names of the outputs begin with")
	flag.StringVar(&to.Format, "format", "csv", "format of the answers: csv, jsonl or parquet")
	list := func(into *[]string, name, usage string) {
		flag.Func(name, usage, func(s string) error {
			*into = append(*into, strings.Split(s, ",")...)
			return nil
		})
	}
	list(&o.Columns, "columns", "names of the inputs' elements in order, as the rows' columns have them")
	list(&o.IDs, "ids", "columns that name the rows: carried to the answers, and no inputs")
	list(&o.Keep, "keep", "columns that are carried to the answers, inputs or not")
	flag.StringVar(&o.Missing, "missing", "", "what stands for a value that is missing: nan or a number (default: the row fails)")
	flag.StringVar(&o.Header, "header", "auto", "whether the first row of a CSV names the columns: auto, yes or no")
	flag.BoolVar(&o.AllowExtra, "allow-extra", false, "leave out columns that are no inputs")
	flag.IntVar(&o.Batch, "batch", 0, "rows computed at once (default: as many as fit some MB)")
	flag.IntVar(&o.Threads, "threads", 0, "most goroutines of a call (default: one for each core)")
	return o, inputs, to
}

func run(ctx context.Context, o *kerasbeam.Options, inputs []string, to *kerasbeam.Output) error {
	p, err := pipeline(ctx, o, inputs, to)
	if err != nil {
		return err
	}
	result, err := beamx.RunWithMetrics(ctx, p)
	if err != nil {
		return err
	}
	return report(os.Stderr, result)
}

// pipeline reads, answers and writes.
func pipeline(ctx context.Context, o *kerasbeam.Options, inputs []string, to *kerasbeam.Output) (*beam.Pipeline, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := to.Check(); err != nil {
		return nil, err
	}
	files, err := kerasbeam.Files(ctx, inputs...)
	if err != nil {
		return nil, err
	}
	to.Parts = len(files)
	if err := to.Free(ctx); err != nil {
		return nil, err
	}
	p, s := beam.NewPipelineWithRoot()
	rows, unread := kerasbeam.ReadRows(s, *o, files)
	answers, unanswered := kerasbeam.Predict(s, *o, rows)
	kerasbeam.WriteAnswers(s, *o, *to, answers)
	kerasbeam.WriteFailures(s, *to, unread, unanswered)
	return p, nil
}
