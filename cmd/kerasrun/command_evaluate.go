package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/train"
)

// evaluateOptions are the flags of evaluate.
type evaluateOptions struct {
	finetuneOptions
	by   string
	json bool
}

func (a *app) evaluateCommand() *cobra.Command {
	o := evaluateOptions{}
	cmd := &cobra.Command{
		Use:   "evaluate MODEL --data FILE",
		Short: "Measure a model on rows whose answers are known",
		Long: `evaluate prints the loss and the metrics of a model on data, as Keras' evaluate
does, with what its file was compiled with; --loss and --metrics replace that. For
a classifier, whose loss is a crossentropy, a table counts for each class of the
targets what was predicted. With --by each group of rows that have the same text in
a column is measured by itself too.

--data has the form that finetune takes: .npz with x and y, CSV with a header, JSON
lines, Parquet, or a folder of images for each class; --target names the columns that are targets.`,
		Example: example(
			"kerasrun evaluate model.keras --data test.npz",
			"kerasrun evaluate model.h5 --data test.csv --target price --loss mae --metrics mse,R2Score --json",
			"kerasrun evaluate model.keras --data test.csv --target price --by region",
		),
		Args: cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	o.rowFlags(f, "rows with targets")
	f.IntVar(&o.batch, "batch-size", 32, "rows at a time")
	f.StringSliceVar(&o.losses, "loss", nil, "loss, or one for each output with commas between")
	f.StringSliceVar(&o.metrics, "metrics", nil, "metrics, with commas between")
	f.IntVar(&o.threads, "threads", 0, "most goroutines at a time (default: one for each core)")
	f.StringVar(&o.by, "by", "", "column whose values make groups, each of which is measured")
	f.BoolVar(&o.json, "json", false, "print JSON")
	a.weightsFlag(cmd)
	obligatory(cmd, "data")
	cmd.RunE = work(func(ctx context.Context, args []string) error { return a.evaluate(ctx, args[0], o) })
	return cmd
}

func (a *app) evaluate(ctx context.Context, model string, o evaluateOptions) error {
	if o.batch < 1 || o.threads < 0 {
		return usage("--batch-size must be >= 1 and --threads must not be negative")
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	if o.losses != nil {
		o.optimizer = "sgd" // what the file has makes no difference
	}
	config := &train.Config{BatchSize: o.batch, Threads: o.threads}
	if config.Settings, err = o.settings(m); err != nil {
		return err
	}
	w, err := o.wanted(m, config.Settings)
	if err != nil {
		return err
	}
	if o.by != "" {
		w.Keep = []string{o.by}
	}
	data, kept, err := a.readTraining(ctx, o.data, w)
	if err != nil {
		return err
	}
	logs, err := train.Evaluate(ctx, m, data, *config)
	if err != nil {
		return err
	}
	confused, err := confusions(ctx, m, data, config)
	if err != nil {
		return err
	}
	var groups []group
	if o.by != "" {
		if groups, err = groupsBy(ctx, m, data, kept[0], *config); err != nil {
			return fmt.Errorf("--by %s: %w", o.by, err)
		}
	}
	if o.json {
		return a.evaluationJSON(logs, confused, groups)
	}
	out := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, l := range logs {
		fmt.Fprintf(out, "%s\t%.6g\n", l.Name, l.Value)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := printGroups(a.stdout, o.by, groups); err != nil {
		return err
	}
	for _, c := range confused {
		if err := c.print(a.stdout); err != nil {
			return err
		}
	}
	return nil
}

// evaluationJSON prints an object: numbers by name, confusion_matrix by output, and
// under by the numbers of each group. What is not finite is null.
func (a *app) evaluationJSON(logs []train.Log, confused []*confusion, groups []group) error {
	out := map[string]any{}
	for _, l := range logs {
		out[l.Name] = finite(l.Value)
	}
	matrices := map[string][][]int{}
	for _, c := range confused {
		matrices[c.output] = c.counts
	}
	if len(matrices) > 0 {
		out["confusion_matrix"] = matrices
	}
	if groups != nil {
		out["by"] = groupsJSON(groups)
	}
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// confusions counts what each output that is a classifier predicts.
func confusions(ctx context.Context, m *keras.Model, data *train.Data, config *train.Config) (list []*confusion, err error) {
	var p *keras.Program
	for i, o := range m.Outputs() {
		c := newConfusion(o, config.Settings.Losses[i], data.Y[i])
		if c == nil {
			continue
		}
		c.at = i
		if p == nil {
			if p, err = m.Compile(); err != nil {
				return nil, err
			}
		}
		list = append(list, c)
	}
	if list == nil {
		return nil, nil
	}
	for lo := 0; lo < data.Rows(); lo += config.BatchSize {
		part := data.Slice(lo, min(lo+config.BatchSize, data.Rows()))
		out, err := p.RunAll(ctx, part.X)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			c.add(part.Y[c.at], out[c.at])
		}
	}
	return list, nil
}

// fromLogits tells whether a crossentropy takes logits, so that 0 and not 0.5
// divides two classes.
func fromLogits(l losses.Loss) bool {
	b, ok := l.(*losses.BinaryCrossentropy)
	return ok && b.FromLogits
}
