package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

func (a *app) convertCommand() *cobra.Command {
	var keepVersion bool
	var to string
	c := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Write a model in another format",
		Long: `convert writes a model in the format that OUT's name asks for: .h5 or .hdf5, .keras,
or .weights.h5 for the weights alone.

A .keras is written as Keras 3 writes it, so a Keras 1 or 2 model is made modern:
Keras 3.15 opens the file and gives the old answers. What it cannot keep beside them
is said on the standard error; what Keras 3 cannot say at all is an error. With
--keep-version a Keras 2 model becomes a .keras of Keras 2. An .h5 of a Keras 2
model stays one.

With --to tfjs OUT is a folder: a layers model of TensorFlow.js, model.json and
shards of weights, for predictions. What TensorFlow.js has no layer or option for
is an error.`,
		Example: example(
			"kerasrun convert model.h5 model.keras",
			"kerasrun convert --keep-version model.h5 model.keras",
			"kerasrun convert model.keras model.weights.h5",
			"kerasrun convert model.keras web/model --to tfjs",
		),
		Args: cobra.ExactArgs(2),
		RunE: work(func(_ context.Context, args []string) error {
			if to != "" && to != "tfjs" {
				return usage("--to must be tfjs, received %q; other formats are told by OUT's name", to)
			}
			m, err := a.load(args[0])
			if err != nil {
				return err
			}
			if to == "tfjs" {
				return m.SaveTFJS(args[1])
			}
			if asKeras3(m, args[1], keepVersion) {
				if m, err = a.modernize(m); err != nil {
					return err
				}
			}
			return save(m, args[1])
		}),
	}
	c.Flags().BoolVar(&keepVersion, "keep-version", false, "write a Keras 2 model as Keras 2 does, whatever the format")
	c.Flags().StringVar(&to, "to", "", "format where OUT's name does not tell it: tfjs")
	a.weightsFlag(c)
	return c
}

// asKeras3 tells whether the model is written to the path as Keras 3 writes it,
// whatever version it has: a .keras is, unless the version is to be kept, and what
// cannot be written as it was.
func asKeras3(m *keras.Model, path string, keepVersion bool) bool {
	return strings.HasSuffix(strings.ToLower(path), ".keras") && !keepVersion || m.Origin().Era == 1
}

// modernize makes a Keras 3 model of the model and says what it does not keep.
func (a *app) modernize(m *keras.Model) (*keras.Model, error) {
	out, err := m.Modernize()
	if err != nil {
		return nil, err
	}
	for _, note := range out.Origin().Notes {
		fmt.Fprintf(a.stderr, "kerasrun: %s\n", note)
	}
	return out, nil
}
