package main

import (
	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

// weightsFlag adds the flag --weights to a verb that loads one model.
func (a *app) weightsFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.weights, "weights", "", "take the weights from this file (.h5, .weights.h5, .keras, prefix of a checkpoint)\ninstead of the model's own; needed for a configuration, model.json, without\nweights of its name beside it")
}

// load loads the model that a verb was given.
func (a *app) load(path string) (*keras.Model, error) {
	if a.weights == "" {
		return keras.Load(path)
	}
	return keras.Load(path, keras.WithWeights(a.weights))
}
