package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// State is what a stateful layer remembers from one call of the model to the next.
type State struct {
	Before *runtime.Value // an input of the graph
	After  *runtime.Value
}

// KeepStates makes the graph take the states of stateful layers as inputs, behind
// those of the model. Without it stateful layers start from zero at every call.
func (c *Call) KeepStates() {
	c.trace.memory, c.trace.stateful = c.Builder, map[any][]*State{}
}

// Remembered returns the states of a layer, which are of these types: what the call of
// the layer before this one left in them, be it in this graph or in an earlier call of
// the model. It returns nil if the graph keeps none.
func (c *Call) Remembered(layer any, types []runtime.Type) []*runtime.Value {
	t := c.trace
	if t.memory == nil {
		return nil
	}
	if c.Builder != t.memory {
		c.Fail(fmt.Errorf("a stateful layer inside the loop of another has no place to keep its states"))
	}
	states := t.stateful[layer]
	if states == nil {
		for _, ty := range types {
			v := t.memory.Input(fmt.Sprintf("state %d", len(t.States)), ty)
			states = append(states, &State{v, v})
			t.States = append(t.States, states[len(states)-1])
		}
		t.stateful[layer] = states
	}
	values := make([]*runtime.Value, len(states))
	for i, s := range states {
		values[i] = s.After
	}
	return values
}

// Remember sets what the layer's states are after its call.
func (c *Call) Remember(layer any, values []*runtime.Value) {
	for i, s := range c.trace.stateful[layer] {
		s.After = values[i]
	}
}
