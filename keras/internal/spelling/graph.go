package spelling

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// graph2 reads the wiring of a functional model as Keras 1 and 2 write it: each
// tensor is [layer, node index, tensor index] or, with the keyword arguments of
// the call, [layer, node index, tensor index, {…}].
type graph2 struct {
	calls   map[string]int  // calls of each layer
	models  map[string]bool // layers that are models, whose calls may be counted from 1
	shifted map[string]bool // those whose calls are
}

// newGraph2 looks at the layers of a model. Before Keras 3 (old) the calls of a
// Sequential could be counted from 1 too.
func newGraph2(list []any, old bool) *graph2 {
	g := &graph2{calls: map[string]int{}, models: map[string]bool{}, shifted: map[string]bool{}}
	for _, e := range list {
		s, _ := e.(map[string]any)
		name := NameOf(s)
		nodes, _ := s["inbound_nodes"].([]any)
		g.calls[name] = len(nodes)
		c, _ := s["config"].(map[string]any)
		_, isSequence := s["config"].([]any)
		_, hasLayers := c["layers"].([]any)
		g.models[name] = hasLayers && (c["input_layers"] != nil || old) || isSequence
	}
	return g
}

func NameOf(s Spec) string {
	if name, ok := s["name"].(string); ok {
		return name
	}
	c, _ := s["config"].(map[string]any)
	name, _ := c["name"].(string)
	return name
}

// learn notes which models have their calls counted from 1: a model keeps a
// node for its own inputs before those of its calls, and all calls of a layer
// are used, so the first is 0 only if counted from 0.
func (g *graph2) learn(refs []any) {
	lowest := map[string]int{}
	for _, r := range refs {
		name, node, ok := Reference(r)
		if !ok || !g.models[name] {
			continue
		}
		if low, seen := lowest[name]; !seen || node < low {
			lowest[name] = node
		}
	}
	for name, low := range lowest {
		g.shifted[name] = low > 0
	}
}

// Reference recognises [layer, node, tensor] and [layer, node, tensor, {…}].
func Reference(v any) (layer string, node int, ok bool) {
	list, isList := v.([]any)
	if !isList || len(list) != 3 && len(list) != 4 {
		return "", 0, false
	}
	layer, ok = list[0].(string)
	node, isInt := layers.Int(list[1])
	_, isInt2 := layers.Int(list[2])
	return layer, node, ok && isInt && isInt2
}

// references lists all below v.
func references(to []any, v any) []any {
	if _, _, ok := Reference(v); ok {
		to = append(to, v)
		return references(to, v.([]any)[3:])
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			to = references(to, e)
		}
	case map[string]any:
		for _, k := range layers.SortedKeys(x) {
			to = references(to, x[k])
		}
	}
	return to
}

// tensor turns a reference into Keras 3's spelling of a tensor.
func (g *graph2) tensor(v any) map[string]any {
	list := v.([]any)
	name, node, _ := Reference(v)
	if g.shifted[name] {
		node--
	}
	return map[string]any{
		"class_name": "__keras_tensor__",
		"config":     map[string]any{"keras_history": []any{name, node, list[2]}},
	}
}

// argument turns an argument of a call into Keras 3's spelling. Lists that look
// like a reference to a layer of the model are one.
func (g *graph2) argument(v any) any {
	return layers.Replace(v, func(v any) (any, bool) {
		if value, ok := constantValue(v); ok {
			return value, true
		}
		if name, node, ok := Reference(v); ok {
			if _, known := g.calls[name]; known && node >= 0 {
				return g.tensor(v), true
			}
		}
		return nil, false
	})
}

// constantValue recognises ["_CONSTANT_VALUE", -1, value, {…}], which stands
// where a tensor is expected (keras 2.15, engine/node.py).
func constantValue(v any) (any, bool) {
	list, ok := v.([]any)
	if !ok || len(list) < 3 || list[0] != "_CONSTANT_VALUE" {
		return nil, false
	}
	return list[2], true
}

// ends settles input_layers or output_layers: calls of models counted from 0.
func (g *graph2) ends(v any) any {
	g.learn(references(nil, v))
	return g.counted(v)
}

func (g *graph2) counted(v any) any {
	return layers.Replace(v, func(v any) (any, bool) {
		name, node, ok := Reference(v)
		if !ok {
			return nil, false
		}
		if g.shifted[name] {
			node--
		}
		return []any{name, node, v.([]any)[2]}, true
	})
}

// History returns the history of a tensor, nothing for another argument.
func History(v any) []any {
	m, _ := v.(map[string]any)
	config, _ := m["config"].(map[string]any)
	h, _ := config["keras_history"].([]any)
	return h
}

// Sizes writes a shape as JSON holds it.
func Sizes(s runtime.Shape) []any {
	out := make([]any, len(s))
	for i, d := range s {
		if d >= 0 {
			out[i] = d
		}
	}
	return out
}
