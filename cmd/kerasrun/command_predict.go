package main

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/images"
	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
)

// predictOptions are the flags of predict.
type predictOptions struct {
	out, format, header string
	columns             []string
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

INPUT is CSV, JSON lines, Parquet, .npy, .npz or an image, told apart by content; without it, or
with -, rows come from the standard input. It may be a pipe, and it may be packed
with gzip or zstd. Several inputs, and the files that a pattern in quotes matches,
are read one after the other.

  CSV         A column for each element of the inputs. A first row that is mostly
              text, or 0, 1, 2, … as pandas writes it, names the columns.
  JSON lines  An array for each row, or an object with the inputs by name.
  Parquet     A column for each element of the inputs, or of lists for an input.
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
depend on --batch or --threads, bit for bit.`,
		Example: example(
			"kerasrun predict model.h5 rows.csv",
			"kerasrun predict model.keras rows.npy -o answers.npy",
			"kerasrun predict model.keras 'day-*.csv.gz' -o answers.jsonl.zst",
			"echo '[[0.1, 0.2], [0.3, 0.4]]' | kerasrun predict model.h5 --format jsonl",
			"kerasrun predict model.h5 people.csv --columns age,income,children --allow-extra",
			"kerasrun predict model.keras photographs --images dataset --crop",
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
	if o.batch < 0 || o.threads < 0 {
		return usage("--batch and --threads must not be negative")
	}
	switch table.Header(o.header) {
	case table.HeaderAuto, table.HeaderYes, table.HeaderNo:
	default:
		return usage("--header must be auto, yes or no, received %q", o.header)
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
	in, done, err := a.openAll(ctx, inputs)
	if err != nil {
		return err
	}
	defer done()
	rows, err := table.Open(in, &table.Wanted{Inputs: p.Inputs(), Columns: o.columns, Header: table.Header(o.header), AllowExtra: o.allowExtra, Images: pictures, Note: a.noteOn(in)})
	if err != nil {
		return err
	}
	return a.writeFile(o.out, func(w *bufio.Writer) error {
		return table.Compress(o.out, w, func(w *bufio.Writer) error {
			to, err := format.NewWriter(w, p.Outputs())
			if err != nil {
				return err
			}
			if err := answer(ctx, p, rows, to, batchRows(p, o.batch), w); err != nil {
				return err
			}
			return to.Close()
		})
	})
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

// answer computes batch after batch.
func answer(ctx context.Context, p *keras.Program, rows table.Reader, to table.Writer, batch int, w *bufio.Writer) error {
	for {
		in, err := rows.Next(batch)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		out, err := p.RunAll(ctx, in)
		if err != nil {
			return err
		}
		if err := to.Write(out); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

// batchRows is how many rows are computed at once: what was asked for, or what
// the model was built for, or what keeps memory small.
func batchRows(p *keras.Program, asked int) int {
	if asked > 0 {
		return asked
	}
	for _, in := range p.Inputs() {
		if len(in.Shape) > 0 && in.Shape[0] > 0 {
			return in.Shape[0]
		}
	}
	const memory, most = 16 << 20, 1024
	return max(1, min(most, memory/(table.RowBytes(p.Inputs())+table.RowBytes(p.Outputs()))))
}
