package layers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// weightNames returns the names by which a layer's Call asks for its weights:
// "kernel", or "cell/kernel" for one with a path.
func weightNames(weights []Weight) []string {
	names := make([]string, len(weights))
	for i, w := range weights {
		names[i] = joined(w.Path, w.Name)
	}
	return names
}

// Weight returns the weight of that name: Weight.Name as Build gave it, behind
// Weight.Path and a slash if it has a path. Unless there is exactly one the graph
// fails.
func (c *Call) Weight(name string) *runtime.Value {
	i, err := c.index(name)
	if err != nil {
		return c.Fail(err)
	}
	return c.weights[i]
}

// With returns the call with another value in the place of the weight of that
// name.
func (c *Call) With(name string, v *runtime.Value) *Call {
	in := *c
	i, err := c.index(name)
	if err != nil {
		c.Fail(err)
		return &in
	}
	in.weights = slices.Clone(c.weights)
	in.weights[i] = v
	return &in
}

// Current returns what the weight of that name will be after the training step, as
// far as the graph is built: its value, or what an earlier call of the layer made
// of it.
func (c *Call) Current(name string) *runtime.Value {
	i, err := c.index(name)
	if err != nil {
		return c.Fail(err)
	}
	if v := c.trace.Updates[c.trace.weight(c.first+i)]; v != nil {
		return v
	}
	return c.weights[i]
}

// Update sets what the weight of that name will be after a training step.
func (c *Call) Update(name string, v *runtime.Value) {
	i, err := c.index(name)
	if err != nil {
		c.Fail(err)
		return
	}
	c.trace.Updates[c.trace.weight(c.first+i)] = v
}

// weight is the model's weight at a place.
func (t *Trace) weight(place int) int {
	if t.Weights == nil {
		return place
	}
	return t.Weights[place]
}

func (c *Call) index(name string) (int, error) {
	found := -1
	for i, n := range c.names {
		if n[len(c.prefix):] != name {
			continue
		}
		if found >= 0 {
			return 0, fmt.Errorf("two weights of the layer are called %q", name)
		}
		found = i
	}
	if found >= 0 {
		return found, nil
	}
	have := make([]string, len(c.names))
	for i, n := range c.names {
		have[i] = n[len(c.prefix):]
	}
	return 0, fmt.Errorf("no weight %q: the layer has %s", name, strings.Join(have, ", "))
}

// Inside returns the call of the layer that this one holds under a path: its
// weights are those that Build placed there (Within).
func (c *Call) Inside(path string) *Call {
	prefix := c.prefix + path + "/"
	// Layers ask for their parts in order, so the search goes on where the last
	// one ended.
	n := len(c.names)
	first := n
	for k := range n {
		if i := (c.found + k) % n; strings.HasPrefix(c.names[i], prefix) {
			first = i
			break
		}
	}
	for first > 0 && first < n && strings.HasPrefix(c.names[first-1], prefix) {
		first--
	}
	end := first
	for end < n && strings.HasPrefix(c.names[end], prefix) {
		end++
	}
	if end > first {
		c.found = end % n
	}
	in := c.part(first, end, c.names[first:end])
	in.prefix = prefix
	return in
}

// part returns the call of a layer inside this one that owns the weights from
// first to before end, under the given names.
func (c *Call) part(first, end int, names []string) *Call {
	return &Call{Builder: c.Builder, weights: c.weights[first:end], names: names, Training: c.Training, first: c.first + first, trace: c.trace}
}
