package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

func (a *app) rewriteCommand() *cobra.Command {
	var head, out string
	var appended bool
	cmd := &cobra.Command{
		Use:   "rewrite MODEL --head NAME -o OUT",
		Short: "Replace the final activation, to keep answers from going negative",
		Long: `rewrite puts another function, a head, in the place of a model's final
activation. The weights stay, and real Keras opens the result without custom
objects: a Keras 2 file stays one, a Keras 3 file stays one.

` + describeHeads() + `
What a head does to training shows in its gradient: where it is 0 far below zero,
rows on which the model is far too low teach it nothing. After a change of head
the answers change too; fine-tune the model.`,
		Example: example(
			"kerasrun rewrite model.h5 --head softplus -o positive.h5",
			"kerasrun rewrite linear.keras --head exp --append -o positive.keras",
		),
		Args: cobra.ExactArgs(1),
		RunE: work(func(_ context.Context, args []string) error { return a.rewrite(args[0], head, out, appended) }),
	}
	f := cmd.Flags()
	f.StringVar(&head, "head", "", "the head's name, see above")
	f.StringVarP(&out, "output", "o", "", "file for the result: .h5 or .keras")
	f.BoolVar(&appended, "append", false, "put the head behind the last layer where that has no activation")
	a.weightsFlag(cmd)
	obligatory(cmd, "head", "output")
	return cmd
}

// obligatory marks flags without which the verb cannot work.
func obligatory(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(err) // the flag is not defined: a mistake in this package
		}
	}
}

func (a *app) rewrite(model, head, out string, appended bool) error {
	h, err := keras.HeadNamed(head)
	if err != nil {
		return usageError{err}
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	if appended {
		m, err = m.AppendHead(h)
	} else {
		m, err = m.WithHead(h)
	}
	var none *keras.NoActivationError
	if errors.As(err, &none) {
		return fmt.Errorf("%w: use --append", err)
	}
	if err != nil {
		return err
	}
	return save(m, out)
}

// describeHeads is the table of heads in the help.
func describeHeads() string {
	var b strings.Builder
	t := newTable("Head", "Formula", "Range", "Gradient at 0", "Far below 0")
	for _, h := range keras.Heads() {
		t.add(string(h.Head), h.Formula, h.Range, h.AtZero, h.FarBelow)
	}
	for line := range strings.Lines(t.String()) {
		b.WriteString("  " + line)
	}
	b.WriteString("\nWhen to choose which:\n\n")
	when := newTable()
	for _, h := range keras.Heads() {
		when.add(string(h.Head), h.When)
	}
	for line := range strings.Lines(when.String()) {
		b.WriteString("  " + line)
	}
	return b.String()
}
