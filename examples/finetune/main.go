// Command finetune gives a model whose last layer is tanh a head that is never
// negative, trains it on, and saves a file that Keras opens.
//
//	go run ./examples/finetune -o positive.keras
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strconv"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

func main() {
	model := flag.String("model", "testdata/models/seed/seed_k3.keras", "the model's `file`")
	rows := flag.String("rows", "testdata/models/seed/xy.csv", "what to train on: a CSV `file` with a header, the target last")
	epochs := flag.Int("epochs", 20, "how often to go through the rows")
	out := flag.String("o", "positive.keras", "the `file` to write")
	flag.Parse()
	// An interrupt ends the training and saves what there is.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *model, *rows, *out, *epochs); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, model, rows, out string, epochs int) error {
	m, err := keras.Load(model)
	if err != nil {
		return err
	}
	if m, err = m.WithHead(keras.Softplus); err != nil {
		return err
	}
	data, err := read(rows)
	if err != nil {
		return err
	}
	// The optimizer, the loss and the metrics are those that the file was compiled
	// with. A fifth of the rows is kept to see how the model does on rows that it
	// has not learned from.
	h, err := train.Fit(ctx, m, data, train.Config{
		Epochs: epochs, BatchSize: 52, ValidationSplit: 0.2, Seed: 1,
		OnEpoch: func(p train.Progress) {
			fmt.Fprintf(w, "epoch %d of %d", p.Epoch, p.Epochs)
			for _, l := range p.Logs {
				fmt.Fprintf(w, "  %s %.4f", l.Name, l.Value)
			}
			fmt.Fprintln(w)
		},
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if err := h.Model.Save(out); err != nil {
		return err
	}
	fmt.Fprintln(w, "saved", out)
	return nil
}

// read returns the rows of a CSV file, whose last column is the target.
func read(path string) (*train.Data, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) < 2 || len(records[0]) < 2 {
		return nil, fmt.Errorf("%s: must have a header, rows and a target", path)
	}
	var x, y []float32
	for i, record := range records[1:] {
		for k, field := range record {
			v, err := strconv.ParseFloat(field, 32)
			if err != nil {
				return nil, fmt.Errorf("%s: row %d: %w", path, i, err)
			}
			if k < len(record)-1 {
				x = append(x, float32(v))
			} else {
				y = append(y, float32(v))
			}
		}
	}
	xs, err := runtime.TensorOf(x, len(y), len(records[0])-1)
	if err != nil {
		return nil, err
	}
	ys, err := runtime.TensorOf(y, len(y), 1)
	if err != nil {
		return nil, err
	}
	return &train.Data{X: []*runtime.Tensor{xs}, Y: []*runtime.Tensor{ys}}, nil
}
