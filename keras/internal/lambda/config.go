package lambda

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Config returns the function as a Functional of Keras 3: its options layers,
// input_layers and output_layers. Operations are classes "ops.NAME". The inputs
// have no shape: that is the business of whoever calls the model.
func (l *Lifted) Config() map[string]any {
	g := &graph{names: map[*Node]string{}, used: map[string]int{}}
	inputs := []any{}
	for _, n := range l.Inputs {
		name := g.name(n, "input")
		g.layers = append(g.layers, map[string]any{"class_name": "InputLayer", "name": name, "inbound_nodes": []any{},
			"config": map[string]any{"name": name, "batch_shape": []any{nil}}})
		inputs = append(inputs, []any{name, 0, 0})
	}
	outputs := []any{}
	for _, n := range l.Outputs {
		outputs = append(outputs, []any{g.add(n), 0, n.Output})
	}
	return map[string]any{"layers": g.layers, "input_layers": inputs, "output_layers": outputs}
}

// key tells two readings apart.
func (l *Lifted) key() string { return fmt.Sprint(l.Config()) }

// graph collects the layers of a configuration, each after those it needs.
type graph struct {
	layers []any
	names  map[*Node]string
	used   map[string]int
}

func (g *graph) name(n *Node, base string) string {
	name := base
	if k := g.used[base]; k > 0 {
		name = fmt.Sprintf("%s_%d", base, k)
	}
	g.used[base]++
	g.names[n] = name
	return name
}

// add returns the name of the layer that gives n.
func (g *graph) add(n *Node) string {
	if n.of != nil {
		n = n.of
	}
	if name, ok := g.names[n]; ok {
		return name
	}
	args := make([]any, len(n.Args))
	for k, a := range n.Args {
		if list, ok := a.(*Array); ok && n.Class == "ops.Take" { // whose indices are a list
			a = list.Value
		}
		args[k] = g.argument(a)
	}
	config := map[string]any{}
	for k, v := range n.Options {
		config[k] = jsonOf(v)
	}
	name := g.name(n, snake(strings.TrimPrefix(n.Class, "ops.")))
	config["name"] = name
	g.layers = append(g.layers, map[string]any{"class_name": n.Class, "name": name, "config": config,
		"inbound_nodes": []any{map[string]any{"args": args, "kwargs": map[string]any{}}}})
	return name
}

// argument writes an argument of a call as Keras 3 does.
func (g *graph) argument(v any) any {
	switch x := v.(type) {
	case *Node:
		return object("__keras_tensor__", map[string]any{"keras_history": []any{g.add(x), 0, x.Output}})
	case []any:
		return g.arguments(x)
	case Tuple:
		return g.arguments(x)
	case *Array:
		return object("__numpy__", map[string]any{"value": jsonOf(x.Value), "dtype": x.DType})
	case Ellipsis:
		return object("__ellipsis__", map[string]any{})
	case Slice:
		return object("__slice__", map[string]any{"start": jsonOf(x.Start), "stop": jsonOf(x.Stop), "step": jsonOf(x.Step)})
	}
	return jsonOf(v)
}

func (g *graph) arguments(list []any) []any {
	out := make([]any, len(list))
	for k, e := range list {
		out[k] = g.argument(e)
	}
	return out
}

func object(class string, config map[string]any) map[string]any {
	return map[string]any{"class_name": class, "config": config}
}

// jsonOf writes constants as decoded JSON has them.
func jsonOf(v any) any {
	switch x := v.(type) {
	case int64:
		return json.Number(fmt.Sprint(x))
	case float64:
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return x
		}
		return json.Number(float(x))
	case []any:
		out := make([]any, len(x))
		for k, e := range x {
			out[k] = jsonOf(e)
		}
		return out
	}
	return v
}
