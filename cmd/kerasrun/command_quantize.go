package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

func (a *app) quantizeCommand() *cobra.Command {
	var q keras.Quantization
	var out, rows string
	cmd := &cobra.Command{
		Use:   "quantize MODEL --mode int8|int4 -o OUT.keras",
		Short: "Make integers of a model's kernels",
		Long: `quantize writes what model.quantize of Keras 3.15 makes of a model: kernels of
Dense, EinsumDense and Embedding as integers, with their scales. Stock Keras opens
the file, which is a quarter or an eighth as large, and both give the same answers.
Those differ from the model's own: --calibrate says how far on rows of yours.

int8 rounds inputs to integers too, row by row. int4 rounds weights alone, in blocks
of --block-size rows that share a scale and a zero, or with -1 by column. Layers
within wrappers and attention stay as they are, since Keras does not open its own
files of those.`,
		Example: example(
			"kerasrun quantize model.keras --mode int8 -o small.keras",
			"kerasrun quantize model.keras --mode int4 --block-size 32 --keep head -o small.keras",
			"kerasrun quantize model.keras --mode int8 --layers dense,dense_1 --calibrate rows.csv -o small.keras",
		),
		Args: cobra.ExactArgs(1),
		RunE: work(func(ctx context.Context, args []string) error {
			if !strings.HasSuffix(strings.ToLower(out), ".keras") {
				return usage("OUT must be a .keras, which alone holds how a layer is quantized, received %q", out)
			}
			if q.Mode != "int8" && q.Mode != "int4" {
				return usage("--mode must be int8 or int4, received %q", q.Mode)
			}
			if q.Mode == "int8" && q.Block != 0 || q.Block < -1 {
				return usage("--block-size must be 1 or more, or -1, and is for int4, received %d", q.Block)
			}
			m, err := a.load(args[0])
			if err != nil {
				return err
			}
			small, err := m.Quantize(q)
			if err != nil {
				return err
			}
			if rows != "" {
				if err := a.calibrate(ctx, m, small, q, rows); err != nil {
					return err
				}
			}
			if err := save(small, out); err != nil {
				return err
			}
			for _, note := range small.Origin().Notes {
				fmt.Fprintf(a.stderr, "kerasrun: %s\n", note)
			}
			fmt.Fprintf(a.stderr, "kerasrun: weights of %d bytes became %d\n", weightBytes(m), weightBytes(small))
			return nil
		}),
	}
	f := cmd.Flags()
	f.StringVar(&q.Mode, "mode", "", "int8 or int4")
	f.IntVar(&q.Block, "block-size", 0, "rows that share a scale in int4 (default 128); -1 for one scale a column")
	f.StringSliceVar(&q.Layers, "layers", nil, "names of the layers to quantize (default all that can be)")
	f.StringSliceVar(&q.Keep, "keep", nil, "names of layers that stay as they are")
	f.StringVar(&rows, "calibrate", "", "rows as for predict: says how far answers to the first 4,096 move, and by which layers")
	f.StringVarP(&out, "output", "o", "", "file for the result, a .keras")
	a.weightsFlag(cmd)
	obligatory(cmd, "mode", "output")
	return cmd
}

// weightBytes is the size of a model's weights in a file.
func weightBytes(m *keras.Model) (n int64) {
	for _, w := range m.Weights() {
		n += storedBytes(w)
	}
	return n
}
