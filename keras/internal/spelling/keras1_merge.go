package spelling

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
)

// merge1 turns a Merge layer into the layer that does one of its modes.
func (u *upgrade) merge1(s Spec, c map[string]any) {
	mode, _ := c["mode"].(string)
	class := map[string]string{"sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum", "dot": "Dot", "cos": "Dot"}[mode]
	if kind, ok := c["mode_type"].(string); ok && kind != "raw" || class == "" {
		u.Unsupported("Merge with mode=%s", Short(c["mode"]))
		return
	}
	s["class_name"] = class
	Rename(c, "concat_axis", "axis")
	Rename(c, "dot_axes", "axes")
	axes, _ := c["axes"].([]any)
	for i, a := range axes { // [[1], [1]]
		if list, ok := a.([]any); ok && len(list) == 1 {
			axes[i] = list[0]
		}
	}
	switch class {
	case "Concatenate":
		Drop(c, "axes")
	case "Dot":
		if mode == "cos" {
			c["cosine"] = true
		}
		Drop(c, "axis")
	default:
		Drop(c, "axis", "axes")
	}
	Drop(c, "mode", "mode_type", "output_shape", "output_shape_type", "output_mask", "output_mask_type", "arguments", "layers")
}

// sequential1 makes a functional model of a Sequential that begins by merging
// others. The layers of those stand beside the rest, as in the file's weights
// (keras 1.2.2 models.py, flattened_layers).
func (u *upgrade) sequential1(s Spec, c map[string]any) {
	list, _ := c["layers"].([]any)
	if !startsWithMerge(list) {
		return
	}
	f := &flattening{u: u, seen: map[string]bool{}}
	out := f.sequence(list, 0)
	name, _ := c["name"].(string)
	s["class_name"] = "Model"
	s["config"] = map[string]any{"name": name, "layers": f.layers, "input_layers": f.inputs, "output_layers": []any{out}}
}

func startsWithMerge(list []any) bool {
	if len(list) == 0 {
		return false
	}
	first, _ := list[0].(map[string]any)
	c, _ := first["config"].(map[string]any)
	_, branches := c["layers"].([]any)
	return first["class_name"] == "Merge" && branches
}

// flattening collects the layers of merged Sequentials.
type flattening struct {
	u      *upgrade
	layers []any
	inputs []any
	seen   map[string]bool
}

// sequence adds a chain of layers and returns a reference to its output.
func (f *flattening) sequence(list []any, depth int) any {
	if depth > layers.MaxNesting {
		f.u.Broken("Merge layers are nested deeper than %d", layers.MaxNesting)
		return nil
	}
	var from []any
	for i, e := range list {
		s, _ := e.(map[string]any)
		c, _ := s["config"].(map[string]any)
		switch {
		case i == 0 && startsWithMerge(list):
			branches, _ := c["layers"].([]any)
			for _, b := range branches {
				from = append(from, f.branch(b, depth))
			}
		case i == 0 && s["class_name"] != "InputLayer":
			shape, dtype := inputOf(s)
			if shape == nil {
				f.u.Unsupported("a merged model whose first layer, %q, has no input shape", NameOf(s))
			}
			from = []any{f.add(map[string]any{"class_name": "InputLayer", "config": map[string]any{
				"name": NameOf(s) + "_input", "batch_input_shape": shape, "dtype": dtype}}, nil)}
		}
		from = []any{f.add(s, from)}
	}
	if len(from) != 1 {
		return nil
	}
	return from[0]
}

func (f *flattening) branch(b any, depth int) any {
	s, _ := b.(map[string]any)
	switch s["class_name"] {
	case "Sequential":
	case "Model":
		return f.functional(s)
	default:
		f.u.Unsupported("Merge of a %s", Short(s["class_name"]))
		return nil
	}
	list, _ := s["config"].([]any)
	if c, ok := s["config"].(map[string]any); ok {
		list, _ = c["layers"].([]any)
	}
	return f.sequence(list, depth+1)
}

// functional adds the layers of a functional model and returns a reference to its
// output.
func (f *flattening) functional(s Spec) any {
	c, _ := s["config"].(map[string]any)
	inputs, _ := c["input_layers"].([]any)
	outputs, _ := c["output_layers"].([]any)
	list, _ := c["layers"].([]any)
	if len(outputs) != 1 {
		f.u.Unsupported("Merge of a Model with %d outputs", len(outputs))
		return nil
	}
	for _, e := range list {
		inner, _ := e.(map[string]any)
		name := NameOf(inner)
		if f.seen[name] {
			f.u.Unsupported("Merge of models that both have a layer %q", name)
			return nil
		}
		f.seen[name] = true
		f.layers = append(f.layers, e)
	}
	f.inputs = append(f.inputs, inputs...)
	return outputs[0]
}

// add adds a call of a layer.
func (f *flattening) add(s Spec, from []any) any {
	name := NameOf(s)
	for f.seen[name] || name == "" {
		name = fmt.Sprintf("%s_%d", name, len(f.layers))
	}
	f.seen[name] = true
	l := map[string]any{"class_name": s["class_name"], "config": s["config"], "name": name, "inbound_nodes": []any{}}
	if from != nil {
		l["inbound_nodes"] = []any{from}
	} else {
		f.inputs = append(f.inputs, []any{name, 0, 0})
	}
	f.layers = append(f.layers, l)
	return []any{name, 0, 0}
}
