package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/runtime"
)

// rewriteOptions are the flags of rewrite.
type rewriteOptions struct {
	head, output, span, out, match string
	columns                        []string
	beta                           float64
	appended, allowExtra           bool
}

func (a *app) rewriteCommand() *cobra.Command {
	o := rewriteOptions{}
	cmd := &cobra.Command{
		Use:   "rewrite MODEL --head NAME -o OUT",
		Short: "Replace the final activation, to keep answers from going negative",
		Long: `rewrite puts another function, a head, in the place of a model's final
activation. The weights stay, and real Keras opens the result without custom
objects: a Keras 2 file stays one, a Keras 3 file stays one.

` + describeHeads() + `
"kerasrun heads" finds out which suits a model and your rows.

--head 0:softplus,2:sigmoid gives heads to single columns of the output; the others
become linear. --on names the output of a model with several. --range 0:250 moves the
answers there: sigmoid and shifted_tanh are scaled, relu is cut at both ends, and for
the others --range 5: moves the lower end. --beta 4 makes softplus bend more sharply.

What a head does to training shows in its gradient: where it is 0 far below zero,
rows on which the model is far too low teach it nothing. After a change of head
the answers change too. --match ROWS takes rows of inputs and changes kernel and
bias of the last Dense so that on these the new answers are as near as can be to
the old ones where these were positive, and says how near. Fine-tune the model then.`,
		Example: example(
			"kerasrun rewrite model.h5 --head softplus -o positive.h5",
			"kerasrun rewrite linear.keras --head exp --append -o positive.keras",
			"kerasrun rewrite model.h5 --head softplus --match rows.npy -o positive.h5",
			"kerasrun rewrite wide.keras --head 0:softplus,2:sigmoid --on prices -o positive.keras",
			"kerasrun rewrite model.h5 --head sigmoid --range 0:250 -o positive.h5",
		),
		Args: cobra.ExactArgs(1),
		RunE: work(func(ctx context.Context, args []string) error { return a.rewrite(ctx, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.head, "head", "", "the head's name, see above, or COLUMN:NAME with commas between")
	f.StringVar(&o.output, "on", "", "the output that gets the head, where the model has several")
	f.StringVar(&o.span, "range", "", "LO:HI, or LO: without an upper end, between which the answers lie")
	f.Float64Var(&o.beta, "beta", 0, "sharpness of softplus's bend (default: 1)")
	f.BoolVar(&o.appended, "append", false, "put the head behind the last layer where that has no activation")
	f.StringVar(&o.match, "match", "", "rows of inputs on which the answers are kept, as near as can be")
	f.StringSliceVar(&o.columns, "columns", nil, "names of the inputs' elements in order, as the columns of --match have them, with commas between")
	f.BoolVar(&o.allowExtra, "allow-extra", false, "leave out columns of --match that are no inputs")
	f.StringVarP(&o.out, "output", "o", "", "file for the result: .h5 or .keras")
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

func (a *app) rewrite(ctx context.Context, model string, o rewriteOptions) error {
	options, err := o.parse()
	if err != nil {
		return usageError{err}
	}
	m, err := a.load(model)
	if err != nil {
		return err
	}
	headed, err := m.WithHeads(options)
	var none *keras.NoActivationError
	if errors.As(err, &none) {
		return fmt.Errorf("%w: use --append", err)
	}
	if err != nil {
		return err
	}
	if o.match != "" {
		if headed, err = a.matched(ctx, m, options, o); err != nil {
			return err
		}
	}
	for _, n := range headed.Origin().Notes {
		fmt.Fprintln(a.stderr, n)
	}
	return save(headed, o.out)
}

// matched is the model with its head and with weights that keep the answers.
func (a *app) matched(ctx context.Context, m *keras.Model, options keras.HeadOptions, o rewriteOptions) (*keras.Model, error) {
	x, err := a.inputRows(ctx, m, o.match, o.columns, o.allowExtra)
	if err != nil {
		return nil, err
	}
	headed, r, err := lab.Match(ctx, m, options, x)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(a.stderr, "%d of %d answers lie inside of the head's range; the new ones were off by %.4g there (root of mean square), now by %.4g\n", r.Used, r.Answers, r.Before, r.After)
	return headed, nil
}

// mostMatched is how many rows are read for --match and --range: more tell no more.
const mostMatched = 100_000

// inputRows reads rows of inputs into memory.
func (a *app) inputRows(ctx context.Context, m *keras.Model, path string, columns []string, allowExtra bool) ([]*runtime.Tensor, error) {
	in, done, err := a.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer done()
	rows, err := table.Open(in, &table.Wanted{Inputs: m.Inputs(), Columns: columns, Header: table.HeaderAuto, AllowExtra: allowExtra, Note: a.noteOn(in)})
	if err != nil {
		return nil, err
	}
	if c, ok := rows.(io.Closer); ok {
		defer c.Close()
	}
	x, err := rows.Next(mostMatched)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: wanted rows, received none", in.Name)
	}
	for i := range x {
		x[i] = x[i].Clone() // a reader's tensors are its own
	}
	return x, err
}

// parse reads the flags that say what head is wanted.
func (o *rewriteOptions) parse() (h keras.HeadOptions, err error) {
	h = keras.HeadOptions{Output: o.output, Append: o.appended, Beta: o.beta}
	if !strings.Contains(o.head, ":") {
		if h.Head, err = keras.HeadNamed(o.head); err != nil {
			return h, err
		}
	} else if h.Columns, err = parseColumns(o.head); err != nil {
		return h, err
	}
	if o.span != "" {
		if h.Range, err = parseRange(o.span); err == nil && h.Range == [2]float64{} {
			err = errors.New("--range 0:0 has no room for answers")
		}
	}
	return h, err
}

// parseColumns reads COLUMN:NAME,COLUMN:NAME.
func parseColumns(s string) (map[int]keras.Head, error) {
	columns := map[int]keras.Head{}
	for part := range strings.SplitSeq(s, ",") {
		number, name, ok := strings.Cut(part, ":")
		k, err := strconv.Atoi(number)
		if !ok || err != nil || k < 0 {
			return nil, fmt.Errorf("--head must be a name, or COLUMN:NAME with columns counted from 0, received %q", part)
		}
		if _, twice := columns[k]; twice {
			return nil, fmt.Errorf("--head names column %d twice", k)
		}
		if columns[k], err = keras.HeadNamed(name); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// parseRange reads LO:HI, LO: or :HI. What is missing is infinite.
func parseRange(s string) (r [2]float64, err error) {
	lo, hi, ok := strings.Cut(s, ":")
	r = [2]float64{math.Inf(-1), math.Inf(1)}
	for i, text := range []string{lo, hi} {
		if text == "" || !ok {
			continue
		}
		if r[i], err = strconv.ParseFloat(text, 64); err != nil {
			ok = false
		}
	}
	if !ok || !(r[0] <= r[1]) {
		return r, fmt.Errorf("a range must be LO:HI, received %q", s)
	}
	return r, nil
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
