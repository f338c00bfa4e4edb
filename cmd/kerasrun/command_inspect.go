package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

func (a *app) inspectCommand() *cobra.Command {
	var asJSON, ranges bool
	var weights, input string
	cmd := &cobra.Command{
		Use:   "inspect MODEL [--weights [FILE]]",
		Short: "Summarize a model file",
		Long: `inspect draws what model.summary() draws, and says what file it is, which Keras
wrote it, what it was compiled with, what its Lambdas compute, and which weights
are not finite.

--range adds bounds that no answer leaves, however float32 rounds, for all finite
inputs, or for those that --input allows: LO:HI for every element, or a file of rows,
whose smallest and largest value bound each element. What a layer does that cannot be
bounded is taken for anything.

Where a model asks for layers or options that kerasrun does not have, inspect
lists all of them and exits with 1.`,
		Example: example(
			"kerasrun inspect model.h5",
			"kerasrun inspect model.keras --weights",
			"kerasrun inspect model.json --weights model.h5",
			"kerasrun inspect model.h5 --range --input rows.npy",
			"kerasrun inspect model.h5 --json | jq .params.total",
		),
		Args: func(cmd *cobra.Command, args []string) error {
			if weights == listWeights && len(args) == 2 { // "--weights FILE", where FILE reads like an argument
				weights = args[1]
				return nil
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: work(func(ctx context.Context, args []string) error {
			if input != "" && !ranges {
				return usage("--input says for which inputs --range is, which is missing")
			}
			if weights != listWeights {
				a.weights = weights
			}
			return a.inspect(ctx, args[0], inspectOptions{asJSON, weights == listWeights, ranges, input})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&ranges, "range", false, "add bounds that the answers never leave")
	cmd.Flags().StringVar(&input, "input", "", "inputs that --range is for: LO:HI, or a file of rows (default: all finite numbers)")
	cmd.Flags().StringVar(&weights, "weights", "", "list the weights with their ranges; with a FILE, take them from there instead")
	cmd.Flags().Lookup("weights").NoOptDefVal = listWeights
	a.customFlag(cmd)
	return cmd
}

// listWeights is what --weights holds without a file.
const listWeights = "\x00list"

// inspectOptions are the flags of inspect.
type inspectOptions struct {
	json, weights, ranges bool
	input                 string
}

func (a *app) inspect(ctx context.Context, path string, o inspectOptions) error {
	m, err := a.load(path)
	if err != nil {
		var u *keras.UnsupportedError
		if o.json && errors.As(err, &u) {
			return errors.Join(a.unsupported(u), errQuiet)
		}
		return err
	}
	s := summarize(m)
	if o.ranges {
		if s.Ranges, err = a.rangesOf(ctx, m, o.input); err != nil {
			return err
		}
	}
	if o.json {
		if !o.weights {
			s.Weights = nil
		}
		e := json.NewEncoder(a.stdout)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	_, err = io.WriteString(a.stdout, s.text(o.weights))
	return err
}

// unsupported prints what stands in the way as JSON.
func (a *app) unsupported(u *keras.UnsupportedError) error {
	type problem struct {
		Where string `json:"where"`
		What  string `json:"what"`
	}
	out := struct {
		File        string    `json:"file"`
		Unsupported []problem `json:"unsupported"`
	}{File: u.File}
	for _, p := range u.Problems {
		out.Unsupported = append(out.Unsupported, problem{p.Where, p.What})
	}
	return json.NewEncoder(a.stdout).Encode(out)
}

// text draws the summary for people.
func (s *summary) text(weights bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", s.File, s.origin())
	fmt.Fprintf(&b, "Model: %q (%s)\n", s.Name, shortClass(s.Class))
	b.WriteString(s.table())
	p := s.Params
	line := func(name string, n, bytes int64) {
		fmt.Fprintf(&b, " %s params: %s (%s)\n", name, thousands(n), byteSize(bytes))
	}
	if s.Era >= 3 { // Keras 3 counts the optimizer's variables, Keras 2 does not
		line("Total", p.Total+p.Optimizer, p.TotalBytes+p.OptimizerBytes)
	} else {
		line("Total", p.Total, p.TotalBytes)
	}
	line("Trainable", p.Trainable, p.TrainableBytes)
	line("Non-trainable", p.NonTrainable, p.NonTrainableBytes)
	if p.Optimizer > 0 {
		line("Optimizer", p.Optimizer, p.OptimizerBytes)
	}
	b.WriteString("\n")
	for _, in := range s.Inputs {
		fmt.Fprintf(&b, "Input    %s %s%s\n", in.Name, in.DType, shapeText(in.Shape))
	}
	for _, out := range s.Outputs {
		fmt.Fprintf(&b, "Output   %s %s%s\n", out.Name, out.DType, shapeText(out.Shape))
	}
	for _, r := range s.Ranges {
		b.WriteString(r.text())
	}
	for _, l := range s.Lambdas {
		fmt.Fprintf(&b, "Lambda   %s: %s\n", l.Name, l.Formula)
	}
	if len(s.Stateful) > 0 {
		fmt.Fprintf(&b, "Stateful %s: every call starts from zero; keras.Session carries the states on\n", strings.Join(s.Stateful, ", "))
	}
	b.WriteString(s.Compiled.text())
	if weights {
		b.WriteString("\n" + weightTable(s.Weights))
	}
	for _, w := range s.NotFinite {
		fmt.Fprintf(&b, "Warning: weight %s has %d NaN and %d infinite of %s numbers\n", w.Name, w.NaN, w.Inf, thousands(int64(elements(w.Shape))))
	}
	return b.String()
}

// origin says what file it is.
func (s *summary) origin() string {
	formats := map[keras.Format]string{keras.FormatH5: "HDF5", keras.FormatKeras: "Keras archive"}
	kind := formats[s.Format]
	if kind == "" {
		kind = string(s.Format)
	}
	version := s.KerasVersion
	if version == "" {
		version = fmt.Sprintf("%d, to judge by its spelling", s.Era)
	}
	out := kind + " of Keras " + version
	if s.Backend != "" {
		out += ", backend " + s.Backend
	}
	return out
}

// table draws the layers. As in Keras, a Sequential does not show its input,
// and a plain chain not what each layer is connected to.
func (s *summary) table() string {
	header := []string{"Layer (type)", "Output Shape", "Param #"}
	if !s.chain {
		header = append(header, "Connected to")
	}
	t := newTable(header...)
	t.right(2)
	for i, l := range s.Layers {
		if i == 0 && l.Class == "InputLayer" && s.Class == "Sequential" {
			continue
		}
		var shapes []string
		for _, shape := range l.Shapes {
			shapes = append(shapes, shapeText(shape))
		}
		cells := []string{fmt.Sprintf("%s (%s)", l.Name, l.Class), strings.Join(shapes, ",\n"), thousands(l.Params)}
		if !s.chain {
			cells = append(cells, strings.Join(l.ConnectedTo, ",\n"))
		}
		t.add(cells...)
	}
	return t.box()
}

// shapeText writes a shape as Keras does.
func shapeText(shape []*int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		if parts[i] = "None"; d != nil {
			parts[i] = fmt.Sprint(*d)
		}
	}
	if len(parts) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func (c *compileSummary) text() string {
	switch {
	case c == nil:
		return "Not compiled\n"
	case c.Unsupported != "":
		return "Compiled with what finetune does not have: " + c.Unsupported + "\n"
	}
	out := fmt.Sprintf("Compiled %s(learning_rate=%.6g), loss %s", c.Optimizer, c.LearningRate, strings.Join(c.Losses, ", "))
	if len(c.Metrics) > 0 {
		out += ", metrics " + strings.Join(c.Metrics, ", ")
	}
	return out + "\n"
}

func weightTable(weights []weightSummary) string {
	t := newTable("Weight", "Shape", "Type", "Trainable", "Min", "Max", "Mean")
	t.right(4, 5, 6)
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return fmt.Sprintf("%.4g", *v)
	}
	for _, w := range weights {
		trainable := "no"
		if w.Trainable {
			trainable = "yes"
		}
		t.add(w.Name, fmt.Sprint(w.Shape), w.DType, trainable, number(w.Min), number(w.Max), number(w.Mean))
	}
	return t.String()
}
