// Package lowered is how the packages of this module get at the graph of a
// *keras.Model, which is no part of what package keras offers its users.
//
// What belongs here: the graph's type, and the hook by which package keras, which
// alone knows a Model's fields, provides it.
package lowered

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Graph is the graph of a model.
type Graph struct {
	Builder    *runtime.Builder
	Inputs     []*runtime.Value // in the order of Model.Inputs
	Outputs    []layers.Tensor  // in the order of Model.Outputs
	Parameters []*runtime.Value // in the order of Model.Weights
	Trace      *layers.Trace    // what the layers' calls left behind
}

// Values returns the outputs without what Keras attaches to them.
func (g *Graph) Values() []*runtime.Value {
	values := make([]*runtime.Value, len(g.Outputs))
	for i, o := range g.Outputs {
		values[i] = o.Value
	}
	return values
}

// Model is a *keras.Model; no other type will do.
type Model interface{ Root() layers.Model }

var lower func(m Model, training, results bool) (*Graph, error)

// Of builds the graph of a model, for inference or for training.
func Of(m Model, training bool) (*Graph, error) { return lower(m, training, false) }

// WithResults is Of whose Trace has the results of every layer.
func WithResults(m Model, training bool) (*Graph, error) { return lower(m, training, true) }

// Provide sets what these call. Package keras does, from init.
func Provide(f func(m Model, training, results bool) (*Graph, error)) { lower = f }
