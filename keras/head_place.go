package keras

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/layers"
)

// activationLayers are layers that are nothing but an activation.
var activationLayers = []string{"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU"}

// write changes the last layer, or what stands behind it.
func (w *headWriter) write() error {
	list, set := w.layers(w.root)
	at, err := w.last(list)
	if err != nil {
		return err
	}
	layer := list[at].(map[string]any)
	class, config, _ := layers.ClassAndConfig(layer)
	name, _ := config["name"].(string)
	if n, ok := layer["inbound_nodes"].([]any); ok && len(n) > 1 {
		return fmt.Errorf("the last layer, %q, is used %d times: a head would change all of them", name, len(n))
	}
	activation, has := config["activation"]
	simple, _ := activation.(string)
	replaces := slices.Contains(activationLayers, class) || w.isHead(class, config)
	active := has && activation != nil && simple != "linear"
	if replaces || active {
		if user := w.usedBy(list, name); user != "" {
			return fmt.Errorf("what the last layer, %q, gives goes into %s too, which a head in the place of its activation would change", name, user)
		}
	}
	switch {
	case replaces:
		// The layer gives way to the head, under its own name and wiring.
		head := w.layer(name, layer["inbound_nodes"])
		list[at] = head
		w.setOutput(head)
	case active || w.Append:
		if has {
			config["activation"] = "linear"
		}
		head := w.layer(w.freeName(list), w.inbound(name))
		w.putBehind(list, set, head)
	default:
		return &NoActivationError{Layer: name, Class: class}
	}
	return nil
}

// putBehind adds a layer that makes the output from what made it before.
func (w *headWriter) putBehind(list []any, set func([]any), layer map[string]any) {
	list = append(list, layer)
	set(list)
	if w.setOutput(layer); len(w.m.outputs) > 1 {
		w.sort(list)
	}
}

// isHead recognises a head that was written before.
func (w *headWriter) isHead(class string, config map[string]any) bool {
	if class != "Functional" {
		return false
	}
	ok := true
	inner, _ := w.layers(map[string]any{"config": config})
	for _, l := range inner {
		c, _, isLayer := layers.ClassAndConfig(l)
		ok = ok && isLayer && slices.Contains([]string{"InputLayer", "Rescaling", "ReLU", "Activation", "Multiply", "Maximum", "Add", "Subtract"}, c)
	}
	return ok && len(inner) > 0
}

// last finds the layer that makes the output.
func (w *headWriter) last(list []any) (int, error) {
	name := ""
	if ref := w.outputRef(); len(ref) > 0 {
		name, _ = ref[0].(string)
	}
	for i := len(list) - 1; i >= 0; i-- {
		layer, _ := list[i].(map[string]any)
		config, ok := layer["config"].(map[string]any)
		if ok && (name == "" || config["name"] == name || layer["name"] == name) {
			return i, nil
		}
	}
	return 0, &FormatError{What: "configuration", Wanted: "a last layer", Received: fmt.Sprintf("%d layers", len(list))}
}

// outputRef is the entry of a Functional's output_layers for the output, [layer, call,
// tensor]; nil for a Sequential.
func (w *headWriter) outputRef() []any {
	config, _ := w.root["config"].(map[string]any)
	refs := outputRefs(config["output_layers"])
	if w.at < len(refs) {
		return refs[w.at]
	}
	return nil
}

// outputRefs lists the entries of output_layers in the order of the model's outputs.
func outputRefs(v any) [][]any {
	switch out := v.(type) {
	case []any:
		if len(out) > 0 {
			if _, flat := out[0].(string); flat {
				return [][]any{out}
			}
		}
		var refs [][]any
		for _, e := range out {
			refs = append(refs, outputRefs(e)...)
		}
		return refs
	case map[string]any:
		var refs [][]any
		for _, k := range slices.Sorted(maps.Keys(out)) { // as Keras flattens a dict
			refs = append(refs, outputRefs(out[k])...)
		}
		return refs
	}
	return nil
}

// usedBy names what else takes what a layer gives: a layer or another output.
func (w *headWriter) usedBy(list []any, name string) string {
	for _, l := range list {
		layer, _ := l.(map[string]any)
		if refersTo(layer["inbound_nodes"], name) {
			return fmt.Sprintf("%q", headName(layer))
		}
	}
	config, _ := w.root["config"].(map[string]any)
	for i, ref := range outputRefs(config["output_layers"]) {
		if i != w.at && len(ref) > 0 && ref[0] == name {
			return "another output"
		}
	}
	return ""
}

// refersTo reports whether inbound nodes of any era name a layer: as the head of a
// list [layer, call, tensor, …].
func refersTo(v any, name string) bool {
	switch x := v.(type) {
	case []any:
		if layer, _, ok := reference(x); ok {
			return layer == name
		}
		return slices.ContainsFunc(x, func(e any) bool { return refersTo(e, name) })
	case map[string]any:
		for _, e := range x {
			if refersTo(e, name) {
				return true
			}
		}
	}
	return false
}

// setOutput makes a Functional's output that of a head. The call of a model is its
// second, in Keras' count: the first linked its input to its output
// (keras/src/models/functional.py, get_config).
func (w *headWriter) setOutput(head map[string]any) {
	call := 0
	if head["class_name"] == "Functional" {
		call = 1
	}
	if ref := w.outputRef(); len(ref) == 3 {
		ref[0], ref[1], ref[2] = headName(head), call, 0
	}
}

// renameOutput gives an output another name where a training configuration names
// outputs.
func renameOutput(config []byte, from, to string) ([]byte, error) {
	v, err := parseJSON(config, DefaultLimits())
	if err != nil {
		return nil, err
	}
	root, _ := v.(map[string]any)
	for _, key := range []string{"loss", "loss_weights", "metrics", "weighted_metrics"} {
		byName, _ := root[key].(map[string]any)
		if old, has := byName[from]; has && byName["class_name"] == nil {
			delete(byName, from)
			byName[to] = old
		}
	}
	return pyjson.Marshal(root)
}

// freeName returns a name for the head that no layer has.
func (w *headWriter) freeName(list []any) string {
	if w.Columns != nil {
		return w.freeNameOf("heads", list)
	}
	return w.freeNameOf(string(w.Head), list)
}

// freeNameOf returns a name, with a number behind it if layers have it.
func (w *headWriter) freeNameOf(base string, list []any) string {
	taken := map[string]bool{}
	for _, l := range list {
		layer, _ := l.(map[string]any)
		config, _ := layer["config"].(map[string]any)
		if n, ok := config["name"].(string); ok {
			taken[n] = true
		}
	}
	name := base
	for i := 1; taken[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	return name
}

func headName(layer map[string]any) string {
	config, _ := layer["config"].(map[string]any)
	name, _ := config["name"].(string)
	return name
}

// layerCall is a call of a layer in a configuration: which of its inbound nodes.
type layerCall struct {
	layer string
	node  int
}

// sort brings a Functional's layers into the order in which Keras keeps them, which
// decides where a file has their weights: the furthest from the outputs first, those
// as far away in the order in which they are met going back from the outputs
// (keras/src/ops/function.py, map_graph).
func (e *editor) sort(list []any) {
	specs := map[string]map[string]any{}
	for _, l := range list {
		layer, _ := l.(map[string]any)
		specs[headName(layer)] = layer
	}
	met, depth := map[string]int{}, map[string]int{}
	done := map[layerCall]bool{}
	var order []layerCall // each after those it needs
	var visit func(c layerCall)
	visit = func(c layerCall) {
		if done[c] || specs[c.layer] == nil {
			return
		}
		done[c] = true
		if _, seen := met[c.layer]; !seen {
			met[c.layer] = len(met)
		}
		for _, from := range e.needs(specs, c) {
			visit(from)
		}
		order = append(order, c)
	}
	config, _ := e.root["config"].(map[string]any)
	for _, ref := range outputRefs(config["output_layers"]) {
		for _, c := range e.calls(specs, ref, true) {
			visit(c)
		}
	}
	far := map[layerCall]int{}
	for _, c := range slices.Backward(order) {
		far[c] = max(far[c], depth[c.layer])
		depth[c.layer] = far[c]
		for _, from := range e.needs(specs, c) {
			far[from] = max(far[from], far[c]+1)
		}
	}
	slices.SortStableFunc(list, func(a, b any) int {
		x, _ := a.(map[string]any)
		y, _ := b.(map[string]any)
		nx, ny := headName(x), headName(y)
		return cmp.Or(depth[ny]-depth[nx], met[nx]-met[ny])
	})
}

// needs lists the calls whose results a call takes.
func (e *editor) needs(specs map[string]map[string]any, c layerCall) []layerCall {
	nodes, _ := specs[c.layer]["inbound_nodes"].([]any)
	if c.node < 0 || c.node >= len(nodes) {
		return nil
	}
	return e.calls(specs, nodes[c.node], e.era == 2)
}

// calls lists the calls that a part of a configuration refers to, as [layer, call,
// tensor, options]. Keras 2, and Keras 3 in output_layers, count a model's first call
// as its second, as if there were one that links its input to its output.
func (e *editor) calls(specs map[string]map[string]any, v any, linked bool) (list []layerCall) {
	switch x := v.(type) {
	case []any:
		if name, node, ok := reference(x); ok {
			class := specs[name]["class_name"]
			if linked && (class == "Functional" || class == "Model" || class == "Sequential" && e.era == 2) {
				node = max(node-1, 0)
			}
			list, x = append(list, layerCall{name, node}), x[3:]
		}
		for _, inner := range x {
			list = append(list, e.calls(specs, inner, linked)...)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			list = append(list, e.calls(specs, x[k], linked)...)
		}
	}
	return list
}

// reference reads [layer, call, tensor, …].
func reference(x []any) (layer string, node int, ok bool) {
	if len(x) < 3 {
		return "", 0, false
	}
	layer, isName := x[0].(string)
	at, isNumber := layers.Float(x[1])
	return layer, int(at), isName && isNumber
}
