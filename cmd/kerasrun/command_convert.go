package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

func (a *app) convertCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Write a model in another format",
		Long: `convert writes a model in the format that OUT's name asks for: .h5 or .hdf5, .keras,
or .weights.h5 for the weights alone. A Keras 2 model stays one, a Keras 3 model
stays one; a Keras 1 model becomes a Keras 3 model.`,
		Example: example(
			"kerasrun convert model.h5 model.keras",
			"kerasrun convert model.keras model.weights.h5",
		),
		Args: cobra.ExactArgs(2),
		RunE: work(func(_ context.Context, args []string) error {
			m, err := keras.Load(args[0])
			if err != nil {
				return err
			}
			return save(m, args[1])
		}),
	}
}
