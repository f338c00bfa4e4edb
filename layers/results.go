package layers

import (
	"fmt"
	"strconv"
	"strings"
)

// Result is what one call of a layer gave: of a layer of the model itself or of
// a model nested in it, but not of one inside a wrapper or a recurrence, whose
// values have no place of their own in the graph.
type Result struct {
	Path    []Step // the models that it is in, outermost first, then the layer
	Tensors []Tensor
}

// Step is one call on the path to a result.
type Step struct {
	Layer string // its name
	Call  int    // which call of the layer in its model, as configurations number them
	Of    int    // how many calls of the layer there are
}

// Name returns the shortest name that is the result's alone: "dense_1",
// "encoder/dense_1", or "encoder[1]/dense_1" where encoder is called twice.
func (r Result) Name() string {
	var b strings.Builder
	for i, s := range r.Path {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(s.Name())
	}
	return b.String()
}

// Name returns the layer's name, with the number of the call where there are several.
func (s Step) Name() string {
	if s.Of > 1 {
		return fmt.Sprintf("%s[%d]", s.Layer, s.Call)
	}
	return s.Layer
}

// TensorName returns the name of one of several tensors: "lstm[0][2]".
func (r Result) TensorName(tensor int) string {
	name := r.Name()
	if last := r.Path[len(r.Path)-1]; last.Of <= 1 {
		name += fmt.Sprintf("[%d]", last.Call)
	}
	return fmt.Sprintf("%s[%d]", name, tensor)
}

// Named reports whether name is the result's: the layers' names, each with the
// number of the call, "dense_1[0]", or without. tensor is which of the tensors is
// meant, "lstm[0][2]", or -1.
func (r Result) Named(name string) (tensor int, ok bool) {
	for i, s := range r.Path {
		if i > 0 {
			if name, ok = strings.CutPrefix(name, "/"); !ok {
				return 0, false
			}
		}
		if name, ok = strings.CutPrefix(name, s.Layer); !ok {
			return 0, false
		}
		if call, rest, ok := index(name); ok {
			if name = rest; call != s.Call {
				return 0, false
			}
		}
	}
	if name == "" {
		return -1, true
	}
	tensor, rest, ok := index(name)
	return tensor, ok && rest == ""
}

// index cuts "[n]" off the front.
func index(s string) (n int, rest string, found bool) {
	s, found = strings.CutPrefix(s, "[")
	if !found {
		return 0, "", false
	}
	digits, rest, found := strings.Cut(s, "]")
	n, err := strconv.Atoi(digits)
	return n, rest, found && err == nil && n >= 0
}

// KeepResults makes the call of a model leave the results of its layers in the
// trace.
func (c *Call) KeepResults() { c.visible = true }

// record keeps the results of a model's calls that stand in the graph of the
// whole model.
func (w *wiring) record(c *Call, values [][]Tensor) {
	if !c.visible {
		return
	}
	for k, results := range values {
		c.trace.Results = append(c.trace.Results, Result{Path: w.path(c, w.calls[k]), Tensors: results})
	}
}

// path returns the path to a call in the model that c calls.
func (w *wiring) path(c *Call, k wire) []Step {
	s := w.step(k)
	return append(c.path[:len(c.path):len(c.path)], s)
}

func (w *wiring) step(k wire) Step {
	return Step{Layer: w.layers[k.layer].Base().Name, Call: k.node, Of: k.of}
}

// inner is the call of layer k.layer in the call c of the model.
func (w *wiring) inner(c *Call, k wire) *Call {
	in := c.part(w.first[k.layer], w.first[k.layer+1], w.owned[k.layer])
	if _, ok := w.layers[k.layer].(Model); ok && c.visible {
		in.visible, in.path = true, w.path(c, k)
	}
	return in
}
