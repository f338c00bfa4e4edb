package keras

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Lowered is the graph of a model.
type Lowered struct {
	Builder    *runtime.Builder
	Inputs     []*runtime.Value // in the order of Model.Inputs
	Outputs    []layers.Tensor  // in the order of Model.Outputs
	Parameters []*runtime.Value // in the order of Model.Weights
	Trace      *layers.Trace    // updates and losses of training
}

// Lower builds the graph of the model, for inference or for training.
func (m *Model) Lower(training bool) (*Lowered, error) {
	b := runtime.NewBuilder()
	l, _, err := m.lower(b, training)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (m *Model) lower(b *runtime.Builder, training bool) (*Lowered, []layers.Tensor, error) {
	g := &Lowered{Builder: b}
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
	c, trace := layers.NewCall(b, places, training)
	out, err := m.root.Call(c, in)
	if err != nil {
		return nil, nil, err
	}
	if err := b.Err(); err != nil {
		return nil, nil, err
	}
	g.Outputs, g.Trace = out, trace
	updates := map[int]*runtime.Value{}
	for i, v := range trace.Updates {
		updates[m.slots[i]] = v
	}
	trace.Updates = updates
	return g, out, nil
}
