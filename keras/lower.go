package keras

import (
	"context"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	lowered.Provide(func(m lowered.Model, training, results bool) (*lowered.Graph, error) {
		return m.(*Model).lower(context.Background(), training, lowering{results: results})
	})
}

// lowering says what a graph's trace is to hold beside losses and updates.
type lowering struct {
	results bool // what every layer gives
	memory  bool // the states of stateful layers
}

// lower builds the graph of the model, for inference or for training.
func (m *Model) lower(ctx context.Context, training bool, want lowering) (*lowered.Graph, error) {
	b := runtime.NewBuilderContext(ctx)
	g := &lowered.Graph{Builder: b}
	in := make([]layers.Tensor, len(m.inputs))
	for i, p := range m.inputs {
		in[i].Value = b.Input(p.Name, p.Type)
		g.Inputs = append(g.Inputs, in[i].Value)
	}
	for i, w := range m.weights {
		var v *runtime.Value
		if w.Value != nil {
			v = b.Parameter(i, w.Value)
		} else {
			v = b.ParameterOf(i, w.Type())
		}
		g.Parameters = append(g.Parameters, v)
	}
	places := make([]*runtime.Value, len(m.slots))
	for i, k := range m.slots {
		places[i] = g.Parameters[k]
	}
	c, trace := layers.NewCall(b, nil, places, training)
	trace.Weights = m.slots
	for i, layer := range m.root.Inputs() {
		c.Enter(layer, in[i].Value)
	}
	if want.results {
		c.KeepResults()
	}
	if want.memory {
		c.KeepStates()
	}
	out, err := m.root.Call(c, in)
	if err != nil {
		return nil, err
	}
	if err := b.Err(); err != nil {
		return nil, err
	}
	g.Outputs, g.Trace = out, trace
	return g, nil
}

// ranks tells, by the layers' names, the rank of what each gives; -1 where layers
// of one name differ.
func (m *Model) ranks() (map[string]int, error) {
	l, err := m.lower(context.Background(), false, lowering{results: true})
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range l.Trace.Results {
		if len(r.Path) > 0 && len(r.Tensors) > 0 {
			unify(out, r.Path[len(r.Path)-1].Layer, r.Tensors[0].Value.Rank())
		}
	}
	return out, nil
}

// unify notes a rank, -1 where there was another.
func unify(ranks map[string]int, name string, rank int) {
	if old, seen := ranks[name]; seen && old != rank {
		rank = -1
	}
	ranks[name] = rank
}
