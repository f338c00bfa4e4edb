package keras

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Moments are the mean and the variance of each place on the last axis of a tensor.
type Moments struct{ Mean, Variance []float64 }

// unscaled are layers whose input must stay as it is: it stands for a place in a table,
// or a mark, or is scaled already.
var unscaled = []string{"Embedding", "Masking", "Normalization", "IntegerLookup", "Discretization", "CategoryEncoding", "Hashing", "HashedCrossing"}

// WithNormalization returns the model with a layer in front of each input that subtracts
// the mean and divides by the standard deviation, and one behind each output that does
// the opposite; nil leaves an input or output alone. The layers are Keras' Normalization,
// which holds the numbers in its configuration: the model has no more weights than
// before. Outputs get other names, which what the file was compiled with goes on to mean.
func (m *Model) WithNormalization(inputs, outputs []*Moments) (*Model, error) {
	if len(inputs) > len(m.inputs) || len(outputs) > len(m.outputs) {
		return nil, &runtime.ShapeError{What: "moments", Wanted: fmt.Sprintf("those of %d inputs and %d outputs", len(m.inputs), len(m.outputs)),
			Received: fmt.Sprintf("%d and %d", len(inputs), len(outputs))}
	}
	for i, x := range inputs {
		if x == nil {
			continue
		}
		if err := x.check(m.inputs[i]); err != nil {
			return nil, err
		}
		e, err := m.edit()
		if err != nil {
			return nil, err
		}
		w := &headWriter{editor: e, at: -1, shape: m.inputs[i].Shape, dtype: "float32"}
		if err := w.normalizeInput(m.inputs[i].Name, x); err != nil {
			return nil, fmt.Errorf("input %s: %w", m.inputs[i].Name, err)
		}
		if m, err = w.done(m); err != nil {
			return nil, err
		}
	}
	for i, x := range outputs {
		if x == nil {
			continue
		}
		if err := x.check(m.outputs[i]); err != nil {
			return nil, err
		}
		e, err := m.edit()
		if err != nil {
			return nil, err
		}
		w := &headWriter{editor: e, at: i, shape: m.outputs[i].Shape, dtype: "float32"}
		if err := w.restoreOutput(x); err != nil {
			return nil, fmt.Errorf("output %s: %w", m.outputs[i].Name, err)
		}
		if m, err = w.done(m); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (x *Moments) check(p Port) error {
	n := len(p.Shape)
	if n < 2 || p.Shape[n-1] != len(x.Mean) || len(x.Variance) != len(x.Mean) || p.DType != runtime.Float32 {
		return &runtime.ShapeError{What: "moments of " + p.Name, Wanted: "as many as the last axis of " + p.Type.String() + " has places", Received: fmt.Sprintf("%d and %d", len(x.Mean), len(x.Variance))}
	}
	return nil
}

// config is that of a Normalization of the last axis.
func (x *Moments) config(invert bool) map[string]any {
	numbers := func(list []float64) []any {
		out := make([]any, len(list))
		for i, v := range list {
			out[i] = v
		}
		return out
	}
	return map[string]any{"axis": []any{-1}, "invert": invert, "mean": numbers(x.Mean), "variance": numbers(x.Variance)}
}

// normalizeInput puts a layer between an input and all that take it.
func (w *headWriter) normalizeInput(input string, x *Moments) error {
	list, set := w.layers(w.root)
	name := w.freeNameOf("normalization", list)
	if w.root["class_name"] == "Sequential" {
		first := 0
		if class, _, _ := layers.ClassAndConfig(list[0]); class == "InputLayer" {
			first = 1
		}
		if err := w.mayBeScaled(list[first:min(first+1, len(list))]); err != nil {
			return err
		}
		front := []any{list[0], w.spec("Normalization", name, x.config(false), nil)}
		if first == 0 { // an input whose name stays
			front[0] = w.spec("InputLayer", input, w.inputConfig(), nil)
		}
		set(append(front, list[first:]...))
		return nil
	}
	var takers []any
	at := -1
	for i, l := range list {
		layer, _ := l.(map[string]any)
		if headName(layer) == input {
			at = i
		} else if refersTo(layer["inbound_nodes"], input) {
			takers = append(takers, l)
		}
	}
	if at < 0 || len(takers) == 0 {
		return fmt.Errorf("wanted an input that layers take, received one that %d do", len(takers))
	}
	if err := w.mayBeScaled(takers); err != nil {
		return err
	}
	layer := w.spec("Normalization", name, x.config(false), w.nodes(input))
	for _, l := range takers {
		redirect(l.(map[string]any)["inbound_nodes"], input, name)
	}
	list = slices.Insert(slices.Clone(list), at+1, any(layer))
	set(list)
	if len(w.m.inputs) > 1 || len(w.m.outputs) > 1 {
		w.sort(list)
	}
	return nil
}

// mayBeScaled looks for layers, in models at any depth, that take numbers as they are.
func (w *headWriter) mayBeScaled(list []any) error {
	for _, l := range list {
		class, config, _ := layers.ClassAndConfig(l)
		if slices.Contains(unscaled, class) {
			name, _ := config["name"].(string)
			return fmt.Errorf("layer %s, a %s, takes its numbers as they are", name, class)
		}
		if class == "Functional" || class == "Sequential" || class == "Model" {
			layer, _ := l.(map[string]any)
			inner, _ := w.layers(layer)
			if err := w.mayBeScaled(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// redirect makes inbound nodes refer to another layer's first call, in place.
func redirect(v any, from, to string) {
	switch x := v.(type) {
	case []any:
		if layer, _, ok := reference(x); ok && layer == from {
			x[0], x[1], x[2] = to, 0, 0
			x = x[3:]
		}
		for _, e := range x {
			redirect(e, from, to)
		}
	case map[string]any:
		for _, e := range x {
			redirect(e, from, to)
		}
	}
}

// restoreOutput puts a layer behind an output that takes the normalization back.
func (w *headWriter) restoreOutput(x *Moments) error {
	list, set := w.layers(w.root)
	at, err := w.last(list)
	if err != nil {
		return err
	}
	layer := list[at].(map[string]any)
	if n, ok := layer["inbound_nodes"].([]any); ok && len(n) > 1 {
		return fmt.Errorf("the last layer, %q, is used %d times", headName(layer), len(n))
	}
	if class, _, _ := layers.ClassAndConfig(layer); class == "Normalization" {
		return fmt.Errorf("the last layer, %q, is a Normalization already", headName(layer))
	}
	w.putBehind(list, set, w.spec("Normalization", w.freeNameOf("denormalization", list), x.config(true), w.inbound(headName(layer))))
	return nil
}
