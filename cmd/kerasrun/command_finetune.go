package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// finetuneOptions are the flags of finetune.
type finetuneOptions struct {
	data, validation, weight, labels, out, history, plot string

	targets, columns, losses, metrics, freeze, constraints, normalize []string

	allowExtra, keepVersion bool

	epochs, batch, threads int
	optimizer              string
	rate, split            float64
	rateGiven              bool
	shuffle, noShuffle     bool
	stream                 bool
	buffer                 int
	seed                   uint64

	callbacks callbackOptions
	classes   map[string]string
}

func (a *app) finetuneCommand() *cobra.Command {
	o := finetuneOptions{}
	cmd := &cobra.Command{
		Use:   "finetune MODEL --data FILE -o OUT",
		Short: "Train a model further, as Keras would",
		Long: `finetune trains a model as Keras' fit does, with what its file was compiled with:
--loss, --optimizer, --learning-rate and --metrics replace only what they name.
An --optimizer starts anew with Keras' defaults; without it the optimizer goes on
from the state that the file holds. With --no-shuffle the losses are Keras' own.

--data is .npz with x and y (or x_NAME, y_NAME, or x_0, y_0, …; sample_weight if
wanted), CSV with a header, Parquet, or JSON lines with such names; or a folder
with images in a folder for each class, whose names are the classes. Columns are matched as
in predict; --target names those that are targets. Without it they are y, or what
the inputs leave, or the last ones, which is said on the standard error. A column
sample_weight, or --weight-column, weighs rows. With --labels the
target is the name of a class. --validation-data has the same columns, in any order.

--early-stopping, --reduce-lr and --checkpoint are Keras' callbacks; --monitor is the
number that they watch. With --resume DIR training that was killed goes on after its
last whole epoch, when the same command runs again, as if nothing had been.

Losses, validation losses, speed and time left go to the standard error, a line
for each epoch. Interrupted, finetune ends the step, saves what there is, and
exits with 1. When the loss becomes NaN or infinite it says where, saves the weights
of the epoch before, and exits with 1. The result opens in Keras, compiled and with
its optimizer's state: a .keras in Keras 3, whatever the model was, and with
--keep-version in the Keras that wrote the model; an .h5 in that Keras.

Losses      ` + wrap(losses.Names(), 12) + `
Optimizers  ` + wrap(optimizers.Names(), 12) + `
Metrics     ` + wrap(metrics.Names(), 12),
		Example: example(
			"kerasrun finetune model.h5 --data xy.npz --epochs 20 -o tuned.h5",
			"kerasrun finetune model.keras --data sales.csv --target price --epochs 50 --batch-size 64 \\",
			"    --optimizer adam --learning-rate 1e-4 --validation-split 0.2 --history history.json -o tuned.keras",
			"kerasrun finetune model.keras --data xy.npz --validation-split 0.2 --epochs 500 --early-stopping 10 \\",
			"    --reduce-lr 0.5:4 --checkpoint 'runs/{epoch:03d}-{val_loss:.4f}.keras' --resume runs/backup -o tuned.keras",
			"kerasrun finetune model.h5 --data xy.npz --freeze dense,dense_1 --constraint dense_2.kernel=non_neg -o tuned.h5",
		),
		Args: cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	o.trainingFlags(f)
	f.Float64Var(&o.split, "validation-split", 0, "validate with this last fraction of the rows")
	f.IntVar(&o.epochs, "epochs", 1, "how often all rows are seen")
	f.IntVar(&o.batch, "batch-size", 32, "rows of a step")
	f.StringSliceVar(&o.losses, "loss", nil, "loss, or one for each output with commas between")
	f.StringSliceVar(&o.metrics, "metrics", nil, "metrics, with commas between")
	f.BoolVar(&o.shuffle, "shuffle", true, "see the rows in another order in each epoch")
	f.BoolVar(&o.noShuffle, "no-shuffle", false, "see the rows in their order")
	f.StringSliceVar(&o.normalize, "normalize", nil, "inputs, targets or both: bring them to mean 0 and variance 1 with layers that the model keeps")
	f.BoolVar(&o.stream, "stream", false, "read --data anew in each epoch, so that it need not fit into memory")
	f.IntVar(&o.buffer, "shuffle-buffer", 0, "rows that --stream mixes with each other (default 10000, or what 256 MiB hold)")
	f.Uint64Var(&o.seed, "seed", 0, "of shuffling, dropout and the like")
	f.StringSliceVar(&o.freeze, "freeze", nil, "layers that stay as they are, with commas between")
	f.StringArrayVar(&o.constraints, "constraint", nil, "LAYER.WEIGHT=non_neg, abs, max_norm:2, unit_norm or min_max_norm:0.5:1; may be repeated")
	f.StringToStringVar(&o.classes, "class-weight", nil, "CLASS=WEIGHT of the loss of a class' rows, with commas between")
	o.callbacks.flags(f)
	f.StringVar(&o.history, "history", "", "file for the numbers of each epoch: JSON, name to list")
	f.StringVar(&o.plot, "plot", "", "picture of the losses by epoch: .png or .svg")
	f.IntVar(&o.threads, "threads", 0, "most goroutines at a time (default: one for each core)")
	f.StringVarP(&o.out, "output", "o", "", "file for the result: .h5 or .keras")
	f.BoolVar(&o.keepVersion, "keep-version", false, "write a Keras 2 model as Keras 2 does, whatever the format")
	a.weightsFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("shuffle", "no-shuffle")
	cmd.MarkFlagsMutuallyExclusive("validation-data", "validation-split")
	obligatory(cmd, "data", "output")
	cmd.RunE = work(func(ctx context.Context, args []string) error {
		o.rateGiven = f.Changed("learning-rate")
		return a.finetune(ctx, args[0], o)
	})
	return cmd
}

// rowFlags say how rows with targets are read.
func (o *finetuneOptions) rowFlags(f *pflag.FlagSet, data string) {
	f.StringVar(&o.data, "data", "", data+": .npz, CSV, JSON lines, Parquet, or a folder with a folder of images for each class")
	f.StringSliceVar(&o.targets, "target", nil, "columns of a CSV that are targets, with commas between")
	f.StringSliceVar(&o.columns, "columns", nil, "names of the inputs' elements in order, as the data's columns have them, with commas between")
	f.StringVar(&o.weight, "weight-column", "", "column that weighs rows (default: sample_weight, if there is one)")
	f.StringVar(&o.labels, "labels", "", "file with the names of the classes that the target holds, in order: lines, or an array of JSON")
	f.BoolVar(&o.allowExtra, "allow-extra", false, "leave out columns that are neither inputs nor targets")
}

// trainingFlags are those that all verbs have which train.
func (o *finetuneOptions) trainingFlags(f *pflag.FlagSet) {
	o.rowFlags(f, "training data")
	f.StringVar(&o.validation, "validation-data", "", "data to validate with, in the form of --data")
	f.StringVar(&o.optimizer, "optimizer", "", "optimizer")
	f.Float64Var(&o.rate, "learning-rate", 0, "learning rate")
}

// wrap lists names in lines indented by n.
func wrap(names []string, n int) string {
	var b strings.Builder
	width := n
	for i, name := range names {
		if i > 0 {
			if width += 2; width+len(name) >= 80 { // a comma may follow
				b.WriteString(",\n" + strings.Repeat(" ", n))
				width = n
			} else {
				b.WriteString(", ")
			}
		}
		b.WriteString(name)
		width += len(name)
	}
	return b.String()
}

func (a *app) finetune(ctx context.Context, model string, o finetuneOptions) error {
	config, err := o.config()
	if err != nil {
		return err
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	if config.Settings, err = o.settings(m); err != nil {
		return err
	}
	if asKeras3(m, o.out, o.keepVersion) {
		if _, err := m.Modernize(); err != nil { // rather than after hours
			return fmt.Errorf("%w\n%s would not open in Keras 3; --keep-version writes it as the model's own Keras does", err, o.out)
		}
	}
	data, err := a.dataset(ctx, m, config, o)
	if err != nil {
		return err
	}
	if o.normalize != nil {
		what := train.NormalizeOptions{Inputs: slices.Contains(o.normalize, "inputs"), Targets: slices.Contains(o.normalize, "targets")}
		var notes []string
		if m, notes, err = train.Normalize(m, config.Settings, data, what); err != nil {
			return fmt.Errorf("--normalize: %w", err)
		}
		for _, n := range notes {
			fmt.Fprintln(a.stderr, n)
		}
	}
	config.OnNote = func(n string) { fmt.Fprintln(a.stderr, n) }
	p := newProgress(a.stderr)
	config.OnStep, config.OnEpoch = p.step, p.epoch
	config.Callbacks = o.callbacks.list(config.Validation != nil || o.split > 0)
	h, stopped := train.Fit(ctx, m, data, *config)
	p.end()
	if h == nil {
		if errors.As(stopped, new(*train.NotANumberError)) || errors.As(stopped, new(*train.TargetError)) {
			return fmt.Errorf("%s: %w", o.data, stopped)
		}
		return stopped
	}
	if err := a.keep(h, o); err != nil {
		return err
	}
	var notFinite *train.NotFiniteError
	switch {
	case errors.As(stopped, &notFinite):
		return fmt.Errorf("%w, in %s; a smaller --learning-rate may help", stopped, o.out)
	case stopped != nil && ctx.Err() == nil:
		return fmt.Errorf("%w; what there is was saved to %s", stopped, o.out)
	case stopped != nil:
		return fmt.Errorf("stopped before the end; what there is was saved to %s", o.out)
	}
	return nil
}

// trainingData reads what is trained on and, into config, what it is validated
// with. The columns of the one are looked for in the other.
func (a *app) trainingData(ctx context.Context, m *keras.Model, config *train.Config, o finetuneOptions) (*train.Data, error) {
	w, err := o.wanted(m, config.Settings)
	if err != nil {
		return nil, err
	}
	data, _, err := a.readTraining(ctx, o.data, w)
	if err == nil {
		err = a.readValidation(ctx, config, o.validation, w)
	}
	return data, err
}

// readValidation reads what is validated with, if there is such a file, by the columns of
// the rows that w was read with.
func (a *app) readValidation(ctx context.Context, config *train.Config, path string, w *table.Wanted) (err error) {
	if path == "" {
		return nil
	}
	like := *w
	like.Like, like.Found = w.Found, nil
	config.Validation, _, err = a.readTraining(ctx, path, &like)
	return err
}

// dataset is what is trained on: all rows, or a stream of them.
func (a *app) dataset(ctx context.Context, m *keras.Model, config *train.Config, o finetuneOptions) (train.Dataset, error) {
	if !o.stream {
		data, err := a.trainingData(ctx, m, config, o)
		if err != nil {
			return nil, err // not a nil *train.Data
		}
		return data, nil
	}
	if info, err := os.Stat(o.data); o.data != "-" && err != nil {
		return nil, err
	} else if o.data == "-" || !info.IsDir() && !info.Mode().IsRegular() {
		return nil, usage("--stream reads --data again and again: it must be a file or a folder, received %s", o.data)
	}
	w, err := o.wanted(m, config.Settings)
	if err != nil {
		return nil, err
	}
	data := table.StreamTraining(func() (*table.Input, func(), error) {
		in, done, err := a.open(ctx, o.data)
		if err == nil {
			w.Note = a.noteOn(in)
		}
		return in, done, err
	}, w)
	if o.validation != "" {
		rows, err := data.Open() // so that the columns are known
		if err != nil {
			return nil, err
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
	}
	return data, a.readValidation(ctx, config, o.validation, w)
}

// wanted says what rows are read for. Labels become what the loss takes: the numbers
// of classes, or a row with 1 in the place of the class.
func (o *finetuneOptions) wanted(m *keras.Model, s *train.Settings) (w *table.Wanted, err error) {
	w = &table.Wanted{Inputs: m.Inputs(), Outputs: m.Outputs(), Columns: o.columns, Targets: o.targets, Weight: o.weight, AllowExtra: o.allowExtra}
	if shape := w.Outputs[0].Shape; len(s.Losses) == 1 && s.Losses[0] != nil && len(shape) > 0 {
		w.OneHot = !losses.TargetsOf(s.Losses[0], shape[len(shape)-1]).Required
	}
	if o.labels != "" {
		w.Labels, err = readLabels(o.labels)
	}
	return w, err
}

// readTraining reads all rows of a file or a folder.
func (a *app) readTraining(ctx context.Context, path string, w *table.Wanted) (*train.Data, []*runtime.Tensor, error) {
	in, done, err := a.open(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	w.Note = a.noteOn(in)
	return table.ReadTraining(in, w)
}

// keep saves the results.
func (a *app) keep(h *train.History, o finetuneOptions) error {
	for _, n := range h.Notes {
		fmt.Fprintln(a.stderr, n)
	}
	m, err := h.Model, error(nil)
	if asKeras3(m, o.out, o.keepVersion) {
		if m, err = a.modernize(m); err != nil { // what was trained must not be lost
			err, m = fmt.Errorf("%w\n%s is written as Keras 2 does", err, o.out), h.Model
		}
	}
	err = errors.Join(err, save(m, o.out))
	if o.history != "" {
		err = errors.Join(err, a.writeHistory(o.history, h))
	}
	if o.plot != "" {
		err = errors.Join(err, a.writePlot(o.plot, h))
	}
	return err
}

// config checks the flags before any work is done.
func (o *finetuneOptions) config() (*train.Config, error) {
	switch {
	case o.epochs < 1 || o.batch < 1:
		return nil, usage("--epochs and --batch-size must be >= 1")
	case o.threads < 0 || o.buffer < 0:
		return nil, usage("--threads and --shuffle-buffer must not be negative")
	case o.stream && o.split > 0:
		return nil, usage("--stream and --validation-split do not go together: --validation-data has the rows to validate with")
	case !(o.split >= 0 && o.split < 1):
		return nil, usage("--validation-split must be between 0 and 1, received %g", o.split)
	case o.rateGiven && !(o.rate > 0):
		return nil, usage("--learning-rate must be above 0, received %g", o.rate)
	}
	for _, what := range o.normalize {
		if what != "inputs" && what != "targets" {
			return nil, usage("--normalize must be inputs, targets or both with a comma between, received %q", what)
		}
	}
	if err := o.outputs(); err != nil {
		return nil, err
	}
	c := &train.Config{Epochs: o.epochs, BatchSize: o.batch, ValidationSplit: o.split, NoShuffle: o.noShuffle || !o.shuffle, Seed: o.seed, ShuffleBuffer: o.buffer,
		Freeze: o.freeze, Threads: o.threads, ResetOptimizer: o.optimizer != "", Constraints: map[string]*layers.Constraint{}}
	if err := o.callbacks.check(); err != nil {
		return nil, err
	}
	if err := o.classWeights(c); err != nil {
		return nil, err
	}
	for _, s := range o.constraints {
		weight, name, ok := strings.Cut(s, "=")
		if !ok || !strings.Contains(weight, ".") {
			return nil, usage("--constraint must be LAYER.WEIGHT=NAME, received %q", s)
		}
		constraint, err := train.ParseConstraint(name)
		if err != nil {
			return nil, usageError{err}
		}
		c.Constraints[weight] = constraint
	}
	return c, nil
}

// outputs fails early where a result could not be written late.
func (o *finetuneOptions) outputs() error {
	switch strings.ToLower(filepath.Ext(o.out)) {
	case ".h5", ".hdf5", ".keras":
	default:
		return usage("--output must end in .h5, .hdf5 or .keras, received %q", o.out)
	}
	if o.plot != "" {
		if err := plotFormat(o.plot); err != nil {
			return usageError{err}
		}
	}
	for _, path := range []string{o.out, o.history, o.plot} {
		if path == "" || path == "-" {
			continue
		}
		if err := writable(path); err != nil {
			return err
		}
	}
	return nil
}

// settings are those of the file with what the flags replace.
func (o *finetuneOptions) settings(m *keras.Model) (*train.Settings, error) {
	s, err := train.SettingsOf(m)
	if err != nil && (o.losses == nil || o.optimizer == "") {
		return nil, fmt.Errorf("%w\ngive --loss and --optimizer to train with others", err)
	}
	outputs := len(m.Outputs())
	if s == nil {
		s = &train.Settings{Losses: make([]losses.Loss, outputs), Metrics: make([][]metrics.Metric, outputs)}
	}
	if o.optimizer == "" && s.Optimizer == nil {
		o.optimizer = "rmsprop" // Keras' default
	}
	if o.optimizer != "" {
		if s.Optimizer, err = optimizers.New(o.optimizer); err != nil {
			return nil, usageError{err}
		}
	}
	if o.rateGiven {
		rate := s.Optimizer.Base()
		rate.LearningRate, rate.Schedule = o.rate, nil
	}
	if err := o.setLosses(s, m); err != nil {
		return nil, err
	}
	if o.metrics != nil {
		s.Metrics = make([][]metrics.Metric, outputs)
		for _, name := range o.metrics {
			x, err := metrics.New(name)
			if err != nil {
				return nil, usageError{err}
			}
			for i := range s.Metrics {
				s.Metrics[i] = append(s.Metrics[i], x)
			}
		}
	}
	return s, nil
}

func (o *finetuneOptions) setLosses(s *train.Settings, m *keras.Model) error {
	switch {
	case o.losses == nil:
		for _, l := range s.Losses {
			if l != nil {
				return nil
			}
		}
		return usage("the model is not compiled: give --loss")
	case len(o.losses) != 1 && len(o.losses) != len(s.Losses):
		return usage("--loss must name one loss or one for each of %d outputs, received %d", len(s.Losses), len(o.losses))
	}
	for i := range s.Losses {
		l, err := losses.New(o.losses[min(i, len(o.losses)-1)])
		if err != nil {
			return usageError{err}
		}
		s.Losses[i] = l
	}
	return nil
}
