package main

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/images"
	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
)

// predictOptions are the flags of predict.
type predictOptions struct {
	out, format, header string
	columns, id, keep   []string
	missing, onError    string
	labels              string
	top                 int
	resume              bool
	images              string
	interpolation       string
	crop                bool
	allowExtra          bool
	batch, threads      int
}

func (a *app) predictCommand() *cobra.Command {
	o := predictOptions{}
	cmd := &cobra.Command{
		Use:   "predict MODEL [INPUT...]",
		Short: "Answer rows of data with a model",
		Long: `predict reads rows and writes what the model answers to each.

INPUT is CSV, JSON lines, Parquet, TFRecord, .npy, .npz or an image, told apart by
content; without it, or with -, rows come from the standard input. It may be a pipe,
and it may be packed with gzip or zstd. Several inputs, and the files that a pattern in quotes matches,
are read one after the other.

  CSV         A column for each element of the inputs. A first row that is mostly
              text, or 0, 1, 2, … as pandas writes it, names the columns.
  JSON lines  An array for each row, or an object with the inputs by name.
  Parquet     A column for each element of the inputs, or of lists for an input.
  TFRecord    A tf.train.Example a row, with a feature for each input, flat, or for
              each of its elements.
  .npy        One array whose first axis is that of rows, read as it comes.
  .npz        An array for each input.
  Images      JPEG, PNG, GIF, BMP, WebP or TIFF, a row each, for a model with one
              input of height, width and 1, 3 or 4 channels. A folder is all the
              images in it and in its folders, sorted as Keras sorts them. They are
              read as keras.utils.load_img does, or, with --images dataset, as
              image_dataset_from_directory does. Numbers are 0 to 255, of JPEG up to
              3 off Pillow's and 5 off TensorFlow's.

Columns, keys and arrays are matched by name, in any order. An input is called
NAME, its elements NAME_0, NAME_1, … or NAME[0], NAME[1], …, row-major; --columns
gives the elements of all inputs other names. input_0, input_1, … are the inputs
by number, and columns numbered through, x0 … x51, are the elements. A name that
nothing takes, or a missing one, is an error. Where a header has none of these
names its order counts, one input after the other, which is said on the standard
error.

Answers are CSV with a header unless --format or the name given to -o says
otherwise: JSON lines have an object for each row; Parquet has a column and .npz
an array for each output. A name that ends in .gz or .zst is packed so. Numbers
are written so that they read back as the same float32. A row's answer does not
depend on --batch or --threads, bit for bit.

The file of -o holds each row as soon as it is answered, and is whole after an error
or an interrupt too: with --resume the same command goes on from there. A row that
cannot be read ends the run, unless --on-error leaves it out (skip) or answers it
with NaN (null); such rows are listed and counted on the standard error. Images
have one column to carry along, file.`,
		Example: example(
			"kerasrun predict model.h5 rows.csv",
			"kerasrun predict model.keras rows.npy -o answers.npy",
			"kerasrun predict model.keras 'day-*.csv.gz' -o answers.jsonl.zst",
			"echo '[[0.1, 0.2], [0.3, 0.4]]' | kerasrun predict model.h5 --format jsonl",
			"kerasrun predict model.h5 people.csv --columns age,income,children --allow-extra",
			"kerasrun predict model.keras photographs --images dataset --crop",
			"kerasrun predict model.keras photographs --id file --labels classes.txt --top 3",
			"kerasrun predict model.h5 huge.csv -o answers.csv --id id --missing nan --resume",
			"tail -f measurements.csv | kerasrun predict model.h5 --batch 1 --header no",
		),
		Args: cobra.MinimumNArgs(1),
		RunE: work(func(ctx context.Context, args []string) error {
			inputs := args[1:]
			if len(inputs) == 0 {
				inputs = []string{"-"}
			}
			return a.predict(ctx, args[0], inputs, o)
		}),
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "output", "o", "", "file for the answers (default: standard output)")
	f.StringVar(&o.format, "format", "", "format of the answers: csv, jsonl, parquet, npy or npz")
	f.StringSliceVar(&o.columns, "columns", nil, "names of the inputs' elements in order, as the rows' columns have them, with commas between")
	f.StringSliceVar(&o.id, "id", nil, "columns that name the rows: carried to the answers, and no inputs")
	f.StringSliceVar(&o.keep, "keep", nil, "columns that are carried to the answers, inputs or not, or all")
	f.StringVar(&o.missing, "missing", "error", "what an empty cell, NA, NaN or null is: error, nan or a number")
	f.StringVar(&o.labels, "labels", "", "file with the name of each class, a line each or a JSON array: answers are label and score of the best")
	f.IntVar(&o.top, "top", 0, "how many of the best classes are answered, as label and score (default with --labels: 1)")
	f.StringVar(&o.onError, "on-error", "stop", "what happens at a row that cannot be read: stop, skip or null")
	f.BoolVar(&o.resume, "resume", false, "go on behind the last whole row of the file of -o")
	f.BoolVar(&o.allowExtra, "allow-extra", false, "leave out columns and JSON keys that are no inputs")
	f.StringVar(&o.header, "header", "auto", "whether the first row of a CSV names the columns: auto, yes or no")
	f.IntVar(&o.batch, "batch", 0, "rows computed at once (default: as many as fit some MB)")
	f.IntVar(&o.threads, "threads", 0, "most goroutines of a call (default: one for each core)")
	f.StringVar(&o.images, "images", "load_img", "how images are read: load_img or dataset")
	f.StringVar(&o.interpolation, "interpolation", "", "how images are resized: nearest (as load_img), bilinear (as dataset), bicubic, lanczos, box or hamming")
	f.BoolVar(&o.crop, "crop", false, "cut images to the aspect ratio of the input instead of stretching them")
	a.weightsFlag(cmd)
	return cmd
}

// imageOptions are what the flags say of images.
func (o *predictOptions) imageOptions() (images.Options, error) {
	out := images.Options{Dataset: o.images == "dataset", Interpolation: o.interpolation, Crop: o.crop}
	if !out.Dataset && o.images != "load_img" {
		return out, usage("--images must be load_img or dataset, received %q", o.images)
	}
	if err := out.Check(); err != nil {
		return out, usage("--%v", err)
	}
	return out, nil
}

func (a *app) predict(ctx context.Context, model string, inputs []string, o predictOptions) error {
	format, err := o.outFormat()
	if err != nil {
		return usageError{err}
	}
	if err := o.check(format); err != nil {
		return err
	}
	pictures, err := o.imageOptions()
	if err != nil {
		return err
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	p, err := m.Compile(keras.Threads(o.threads))
	if err != nil {
		return err
	}
	to := &answers{a: a, path: o.out, format: format}
	if o.labels != "" || o.top != 0 {
		if to.rank, err = newRanking(o.labels, o.top, p.Outputs()); err != nil {
			return err
		}
	}
	if o.resume {
		if err := to.resume(); err != nil {
			return err
		}
	}
	if err := o.notAnInput(inputs); err != nil {
		return err
	}
	in, done, err := a.openAll(ctx, inputs)
	if err != nil {
		return err
	}
	defer done()
	wanted := &table.Wanted{Inputs: p.Inputs(), Columns: o.columns, IDs: o.id, Keep: o.keep, Header: table.Header(o.header), AllowExtra: o.allowExtra, Images: pictures, Note: a.noteOn(in)}
	if wanted.KeepAll = slices.Equal(o.keep, []string{"all"}); wanted.KeepAll {
		wanted.Keep = nil
	}
	if o.missing != "error" {
		wanted.Missing = o.missing
	}
	rows, err := table.Open(in, wanted)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// What is alive is large and stays, what dies is a batch: little is gained by
		// letting the heap grow to twice its size.
		defer debug.SetGCPercent(debug.SetGCPercent(25))
	}
	t := &prediction{a: a, p: p, rows: rows, wanted: wanted, kept: table.PortsOfText(slices.Concat(wanted.IDs, wanted.Keep)), to: to, batch: table.BatchRows(p, o.batch), onError: o.onError, bar: newRowsBar(a.stderr, a.reading)}
	if to.there != nil {
		t.skip = to.there.Rows
	}
	return t.run(ctx)
}

// check refuses flags that mean nothing, or nothing together.
func (o *predictOptions) check(format *table.Format) error {
	if o.batch < 0 || o.threads < 0 || o.top < 0 {
		return usage("--batch, --threads and --top must not be negative")
	}
	if h := table.Header(o.header); h != table.HeaderAuto && h != table.HeaderYes && h != table.HeaderNo {
		return usage("--header must be auto, yes or no, received %q", o.header)
	}
	if o.onError != onErrorStop && o.onError != onErrorSkip && o.onError != onErrorNull {
		return usage("--on-error must be stop, skip or null, received %q", o.onError)
	}
	if _, err := strconv.ParseFloat(o.missing, 64); err != nil && o.missing != "error" {
		return usage("--missing must be error, nan or a number, received %q", o.missing)
	}
	if o.resume {
		switch {
		case o.out == "" || o.out == "-":
			return usage("--resume goes on with a file: -o names it")
		case !format.Resumable() || table.Compressed(o.out):
			return usage("--resume goes on with CSV or JSON lines that are not compressed, received %s", o.out)
		case o.onError == onErrorSkip:
			return usage("--resume cannot tell which rows were left out: --on-error must be stop or null")
		}
	}
	return nil
}

// notAnInput refuses to write over what is read.
func (o *predictOptions) notAnInput(inputs []string) error {
	out, err := os.Stat(o.out)
	if err != nil || !out.Mode().IsRegular() {
		return nil
	}
	for _, in := range inputs {
		files, err := expand(in)
		if err != nil {
			return err
		}
		for _, path := range files {
			if info, err := os.Stat(path); err == nil && os.SameFile(info, out) {
				return usage("%s is read and cannot be written", o.out)
			}
		}
	}
	return nil
}

// outFormat is what --format or the ending of the output asks for.
func (o *predictOptions) outFormat() (*table.Format, error) {
	if o.format != "" {
		return table.ParseFormat(o.format)
	}
	if o.out == "" || o.out == "-" {
		return table.ParseFormat("csv")
	}
	return table.FormatOf(o.out)
}
