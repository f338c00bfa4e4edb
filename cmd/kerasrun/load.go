package main

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/keras"
)

// weightsFlag adds the flag --weights to a verb that loads one model.
func (a *app) weightsFlag(cmd *cobra.Command) {
	a.customFlag(cmd)
	cmd.Flags().StringVar(&a.weights, "weights", "", "take the weights from this file (.h5, .weights.h5, .keras, prefix of a checkpoint)\ninstead of the model's own; needed for a configuration, model.json, without\nweights of its name beside it")
}

// load loads the model that a verb was given.
func (a *app) load(path string) (*keras.Model, error) {
	opts := customOptions(a.custom)
	if a.weights != "" {
		opts = append(opts, keras.WithWeights(a.weights))
	}
	return keras.Load(path, opts...)
}

// customFlag adds the flag --custom to a verb that loads models.
func (a *app) customFlag(cmd *cobra.Command) {
	cmd.Flags().StringToStringVar(&a.custom, "custom", nil, "CLASS=FILE.json says which graph of Keras' layers a custom class is\n(docs/custom.md); may be given several times")
}

// customOptions are what --custom asks for, in the order of the classes.
func customOptions(custom map[string]string) []keras.LoadOption {
	var opts []keras.LoadOption
	for _, class := range slices.Sorted(maps.Keys(custom)) {
		opts = append(opts, keras.WithCustom(class, custom[class]))
	}
	return opts
}
