package spelling

import (
	"github.com/kerasrun/kerasrun/keras/internal/lambda"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// typesFor returns a function that tells the types of tensors within a Lambda,
// for code that asks for shapes: it builds the layers before the Lambda, and the
// part of the function that there is.
func (u *upgrade) typesFor(s Spec, inputs int) func(*lambda.Lifted) ([]int, string, bool) {
	var in []runtime.Type
	asked := false
	siblings := u.siblings
	return func(l *lambda.Lifted) ([]int, string, bool) {
		if !asked {
			asked, in = true, u.inputsOf(s, siblings)
		}
		if len(in) != inputs {
			return nil, "", false
		}
		config := l.Config()
		list := config["layers"].([]any)
		config["name"] = "part"
		for i, p := range in {
			c := list[i].(map[string]any)["config"].(map[string]any)
			c["batch_shape"], c["dtype"] = Sizes(p.Shape), p.DType.String()
		}
		out := u.outputsOf(map[string]any{"class_name": "Functional", "config": config}, len(list))
		if len(out) != 1 {
			return nil, "", false
		}
		return out[0].Shape, out[0].DType.String(), true
	}
}

// outputsOf returns the outputs of a model that has been upgraded, none where it
// cannot be built or the work for all Lambdas together is used up.
func (u *upgrade) outputsOf(model Spec, work int) []runtime.Type {
	if u.readings -= work; u.readings < 0 {
		u.readings = 0
		return nil
	}
	return u.outputs(model)
}

// inputsOf finds what a layer is called on, given those before it in its model.
func (u *upgrade) inputsOf(s Spec, before []any) []runtime.Type {
	nodes, wired := s["inbound_nodes"].([]any)
	if len(nodes) > 1 { // whose shapes may differ
		return nil
	}
	if !wired || len(nodes) == 0 {
		if len(before) == 0 {
			return nil
		}
		return u.outputsOf(map[string]any{"class_name": "Sequential", "config": map[string]any{"name": "before", "layers": before}}, len(before))
	}
	byName := map[string]map[string]any{}
	for _, e := range before {
		l, _ := e.(map[string]any)
		byName[NameOf(l)] = l
	}
	var outputs, inputs, list []any
	var queue []string
	seen := map[string]bool{}
	visit := func(h []any) {
		if name, ok := h[0].(string); ok && !seen[name] {
			seen[name] = true
			queue = append(queue, name)
		}
	}
	node, _ := nodes[0].(map[string]any)
	for _, h := range histories(nil, node["args"]) {
		outputs = append(outputs, h)
		visit(h)
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		l := byName[name]
		if l == nil {
			return nil
		}
		list = append(list, l)
		if l["class_name"] == "InputLayer" {
			inputs = append(inputs, []any{name, 0, 0})
		}
		for _, h := range histories(nil, l["inbound_nodes"]) {
			visit(h)
		}
	}
	return u.outputsOf(map[string]any{"class_name": "Functional", "config": map[string]any{
		"name": "before", "layers": list, "input_layers": inputs, "output_layers": outputs}}, len(before))
}

// histories lists the tensors in the arguments of calls: [layer, call, output].
func histories(to [][]any, v any) [][]any {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			to = histories(to, e)
		}
	case map[string]any:
		if h := History(x); len(h) == 3 {
			return append(to, h)
		}
		for _, k := range layers.SortedKeys(x) {
			to = histories(to, x[k])
		}
	}
	return to
}
