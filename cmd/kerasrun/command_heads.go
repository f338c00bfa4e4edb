package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/lab/report"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/train"
)

// headsOptions are the flags of heads.
type headsOptions struct {
	finetuneOptions // those that both verbs have

	heads        []string
	seeds        int
	report, best string
	json         bool
}

func (a *app) headsCommand() *cobra.Command {
	o := headsOptions{}
	cmd := &cobra.Command{
		Use:   "heads MODEL --data FILE",
		Short: "Find out which positive head suits a model and your rows",
		Long: `heads trains a model with every head on the same rows, from the same seeds and for
as long, and beside them the model as it is and with weights of the last layer that
may not be negative. It compares them on the rows that none has seen, prints a
table and recommends one, with the reason. The model's own file stays as it is.

Data, losses, optimizers and metrics are given as to finetune. Each run counts by
its best epoch. --save-best saves the recommended head's best model.

Without -o the curves of the validation loss are drawn below the table; with it they
go, with all others, into a page of HTML that needs nothing beside it.`,
		Example: example(
			"kerasrun heads model.h5 --data sales.csv --target price -o report.html",
			"kerasrun heads model.keras --data xy.npz --epochs 50 --seeds 5 --save-best positive.keras",
			"kerasrun heads model.h5 --data xy.npz --heads softplus,exp --json | jq .recommendation",
		),
		Args: cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	o.trainingFlags(f)
	f.Float64Var(&o.split, "validation-split", 0.2, "validate with this last fraction of the rows")
	f.StringSliceVar(&o.heads, "heads", nil, "heads to compare, with commas between (default: all)")
	f.IntVar(&o.epochs, "epochs", 20, "how often each run sees all rows")
	f.IntVar(&o.batch, "batch-size", 32, "rows of a step")
	f.IntVar(&o.seeds, "seeds", 3, "runs of each head")
	f.Uint64Var(&o.seed, "seed", 0, "of the first run; the others count on")
	f.StringSliceVar(&o.losses, "loss", nil, "loss")
	f.StringSliceVar(&o.metrics, "metrics", nil, "metrics, with commas between; the first is shown")
	f.IntVar(&o.threads, "threads", 0, "most runs at a time (default: one for each core)")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.StringVar(&o.best, "save-best", "", "file for the recommended head's best model: .h5 or .keras")
	f.BoolVar(&o.keepVersion, "keep-version", false, "save a Keras 2 model as Keras 2 does, whatever the format")
	f.StringVarP(&o.report, "output", "o", "", "page with tables and curves: .html")
	a.weightsFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("validation-data", "validation-split")
	obligatory(cmd, "data")
	cmd.RunE = work(func(ctx context.Context, args []string) error {
		o.rateGiven = f.Changed("learning-rate")
		return a.heads(ctx, args[0], o)
	})
	return cmd
}

func (a *app) heads(ctx context.Context, model string, o headsOptions) error {
	config, err := o.config()
	if err != nil {
		return err
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	own := o.finetuneOptions
	settings, err := own.settings(m)
	if err != nil {
		return err
	}
	rows := train.Config{Settings: settings} // into which the data's reader puts what to validate with
	data, err := a.trainingData(ctx, m, &rows, o.finetuneOptions)
	if err != nil {
		return err
	}
	config.Validation = rows.Validation
	config.Settings = func() (*train.Settings, error) {
		own := o.finetuneOptions // a run's own
		return own.settings(m)
	}
	config.OnNote = func(n string) { fmt.Fprintln(a.stderr, n) }
	p := newProgress(a.stderr)
	config.OnRun = func(done, of int) { p.runs(done, of) }
	c, err := lab.Compare(ctx, m, data, *config)
	p.end()
	if err != nil {
		return err
	}
	return errors.Join(a.tellHeads(c, filepath.Base(model), o), a.saveBest(c, o))
}

// config checks the flags before any work is done.
func (o *headsOptions) config() (*lab.Config, error) {
	switch {
	case o.epochs < 1 || o.batch < 1 || o.seeds < 1:
		return nil, usage("--epochs, --batch-size and --seeds must be >= 1")
	case o.threads < 0:
		return nil, usage("--threads must not be negative")
	case !(o.split > 0 && o.split < 1):
		return nil, usage("--validation-split must be between 0 and 1, received %g", o.split)
	case o.rateGiven && !(o.rate > 0):
		return nil, usage("--learning-rate must be above 0, received %g", o.rate)
	}
	c := &lab.Config{Epochs: o.epochs, BatchSize: o.batch, Seeds: o.seeds, Seed: o.seed, ValidationSplit: o.split, Threads: o.threads}
	for _, name := range o.heads {
		h, err := keras.HeadNamed(name)
		if err != nil {
			return nil, usageError{err}
		}
		c.Heads = append(c.Heads, h)
	}
	if err := o.checkNames(); err != nil {
		return nil, err
	}
	if o.report != "" && !strings.EqualFold(filepath.Ext(o.report), ".html") {
		return nil, usage("--output must end in .html, received %q", o.report)
	}
	switch strings.ToLower(filepath.Ext(o.best)) {
	case "", ".h5", ".hdf5", ".keras":
	default:
		return nil, usage("--save-best must end in .h5, .hdf5 or .keras, received %q", o.best)
	}
	for _, path := range []string{o.report, o.best} {
		if path == "" {
			continue
		}
		if err := writable(path); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// checkNames refuses losses, optimizers and metrics that there are none of before
// data is read.
func (o *headsOptions) checkNames() error {
	var errs []error
	for _, n := range o.losses {
		_, err := losses.New(n)
		errs = append(errs, err)
	}
	if o.optimizer != "" {
		_, err := optimizers.New(o.optimizer)
		errs = append(errs, err)
	}
	for _, n := range o.metrics {
		_, err := metrics.New(n)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return usageError{err}
	}
	return nil
}

// saveBest saves the best run of the recommended head.
func (a *app) saveBest(c *lab.Comparison, o headsOptions) error {
	if o.best == "" {
		return nil
	}
	if c.Best < 0 {
		return fmt.Errorf("%s is not written: no head can be recommended", o.best)
	}
	var best *lab.Run
	for i := range c.Candidates[c.Best].Runs {
		r := &c.Candidates[c.Best].Runs[i]
		if best == nil || r.ValidationLoss[r.Best] < best.ValidationLoss[best.Best] {
			best = r
		}
	}
	o.out = o.best
	return a.keep(&train.History{Model: best.Model}, o.finetuneOptions)
}

// tellHeads prints the comparison, and writes the page.
func (a *app) tellHeads(c *lab.Comparison, model string, o headsOptions) error {
	var err error
	if o.report != "" {
		err = a.writeFile(o.report, func(w *bufio.Writer) error { return report.HTML(w, c, model) })
	}
	if o.json {
		return errors.Join(err, headsJSON(a.stdout, c))
	}
	a.stdout.WriteString(headsTable(c) + "\n")
	if o.report == "" {
		a.stdout.WriteString(headsCurves(c) + "\n")
	}
	fmt.Fprintf(a.stdout, "%s\n", fold(c.Recommendation, 80))
	return err
}
