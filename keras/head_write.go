package keras

import (
	"encoding/json"

	"github.com/kerasrun/kerasrun/runtime"
)

// headWriter writes a head in the spelling of a file's era.
type headWriter struct {
	*editor
	head  Head
	shape runtime.Shape // of the model's output
	dtype string
}

// stockActivations are the heads for which Keras has an activation.
var stockActivations = map[Head]string{ReLU: "relu", Softplus: "softplus", Sigmoid: "sigmoid", Exp: "exponential"}

// layer returns the head as one layer: an Activation, or a Functional of stock
// layers.
func (w *headWriter) layer(name string, inbound any) map[string]any {
	if a, ok := stockActivations[w.head]; ok {
		return w.spec("Activation", name, map[string]any{"activation": a}, inbound)
	}
	g := &headGraph{w: w, prefix: name}
	x := g.add("InputLayer", "input", w.inputConfig())
	var y string
	switch w.head {
	case ShiftedTanh:
		y = g.add("Rescaling", "shift", rescaling(0.5, 0.5), g.add("Activation", "tanh", map[string]any{"activation": "tanh"}, x))
	case Square:
		y = g.add("Multiply", "square", nil, x, x)
	case Abs:
		y = g.abs(x)
	case SoftAbs: // m²/2 + |x| - m with m = min(|x|, 1)
		a := g.abs(x)
		m := g.add("ReLU", "min", map[string]any{"max_value": json.Number("1.0"), "negative_slope": json.Number("0.0"), "threshold": json.Number("0.0")}, a)
		half := g.add("Rescaling", "half", rescaling(0.5, 0), g.add("Multiply", "square", nil, m, m))
		y = g.add("Add", "softabs", nil, half, g.add("Subtract", "rest", nil, a, m))
	}
	config := map[string]any{"name": name, "trainable": true, "layers": g.list,
		"input_layers": w.ends(x), "output_layers": w.ends(y)}
	s := w.spec("Functional", name, config, inbound)
	if w.era == 3 && w.modules() {
		s["module"] = "keras.src.models.functional"
		s["registered_name"] = "Functional"
	} else if w.modules() {
		s["module"] = "keras.src.engine.functional"
		s["registered_name"] = "Functional"
	}
	return s
}

// modules reports whether the file's configuration names modules, as that of a
// .keras does.
func (w *headWriter) modules() bool { return w.root["module"] != nil }

// spec is a serialized layer.
func (w *headWriter) spec(class, name string, config map[string]any, inbound any) map[string]any {
	full := map[string]any{"name": name, "trainable": true}
	if class != "Functional" {
		full["dtype"] = w.dtype
	}
	if class == "InputLayer" {
		delete(full, "trainable")
	}
	for k, v := range config {
		full[k] = v
	}
	s := map[string]any{"class_name": class, "config": full}
	if inbound != nil {
		s["name"], s["inbound_nodes"] = name, inbound
	}
	if w.modules() {
		s["module"], s["registered_name"] = "keras.layers", nil
	}
	return s
}

// sizes writes the output's shape as JSON holds it.
func (w *headWriter) sizes() []any {
	out := make([]any, len(w.shape))
	for i, d := range w.shape {
		if d >= 0 {
			out[i] = d
		}
	}
	return out
}

func (w *headWriter) inputConfig() map[string]any {
	key := "batch_shape"
	if w.era == 2 {
		key = "batch_input_shape"
	}
	return map[string]any{key: w.sizes(), "sparse": false, "ragged": false}
}

// ends writes input_layers or output_layers with one entry.
func (w *headWriter) ends(name string) []any {
	if w.era == 3 {
		return []any{name, 0, 0}
	}
	return []any{[]any{name, 0, 0}}
}

// inbound writes the inbound_nodes of a layer called once on the named layers:
// on the list of them when there are several.
func (w *headWriter) inbound(names ...string) []any {
	if w.root["class_name"] == "Sequential" && len(names) == 1 && w.topLevel(names[0]) {
		return nil
	}
	return w.nodes(names...)
}

// topLevel reports whether a layer is one of the model's own.
func (w *headWriter) topLevel(name string) bool {
	list, _ := w.layers(w.root)
	for _, l := range list {
		layer, _ := l.(map[string]any)
		if headName(layer) == name {
			return true
		}
	}
	return false
}

func (w *headWriter) nodes(names ...string) []any {
	if w.era == 2 {
		node := make([]any, len(names))
		for i, n := range names {
			node[i] = []any{n, 0, 0, map[string]any{}}
		}
		return []any{node}
	}
	tensors := make([]any, len(names))
	for i, n := range names {
		tensors[i] = map[string]any{"class_name": "__keras_tensor__",
			"config": map[string]any{"shape": w.sizes(), "dtype": w.dtype, "keras_history": []any{n, 0, 0}}}
	}
	args := tensors
	if len(tensors) > 1 {
		args = []any{tensors}
	}
	return []any{map[string]any{"args": args, "kwargs": map[string]any{}}}
}

func rescaling(scale, offset float64) map[string]any {
	return map[string]any{"scale": scale, "offset": offset}
}

// headGraph collects the layers of a head.
type headGraph struct {
	w      *headWriter
	prefix string
	list   []any
}

// add appends a layer called on others and returns its name.
func (g *headGraph) add(class, suffix string, config map[string]any, on ...string) string {
	name := g.prefix + "_" + suffix
	inbound := []any{}
	if len(on) > 0 {
		inbound = g.w.nodes(on...)
	}
	g.list = append(g.list, g.w.spec(class, name, config, inbound))
	return name
}

// abs is |x| = max(x, -x).
func (g *headGraph) abs(x string) string {
	return g.add("Maximum", "abs", nil, x, g.add("Rescaling", "negative", rescaling(-1, 0), x))
}
