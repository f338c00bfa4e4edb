package keras

import (
	"maps"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// headWriter writes a head in the spelling of a file's era.
type headWriter struct {
	*editor
	HeadOptions
	at    int           // which of the model's outputs gets the head
	shape runtime.Shape // of that output
	dtype string
}

// stockActivations are the heads for which Keras has an activation.
var stockActivations = map[Head]string{ReLU: "relu", Softplus: "softplus", Sigmoid: "sigmoid", Exp: "exponential"}

// layer returns the head as one layer: an Activation, or a Functional of stock
// layers.
func (w *headWriter) layer(name string, inbound any) map[string]any {
	if a, ok := stockActivations[w.Head]; ok && w.Range == [2]float64{} && w.Beta == 0 {
		return w.spec("Activation", name, map[string]any{"activation": a}, inbound)
	}
	g := &headGraph{w: w, prefix: name}
	x := g.add("InputLayer", "input", w.inputConfig())
	y := ""
	if w.Columns == nil {
		y = g.ranged(w.Head, g.head(w.Head, x))
	} else {
		y = g.columns(x)
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

// head adds the layers of a head and returns the last one's name.
func (g *headGraph) head(h Head, x string) string {
	switch h {
	case ShiftedTanh:
		return g.add("Rescaling", "shift", rescaling(0.5, 0.5), g.add("Activation", "tanh", map[string]any{"activation": "tanh"}, x))
	case Square:
		return g.add("Multiply", "square", nil, x, x)
	case Abs:
		return g.abs(x)
	case SoftAbs: // m²/2 + |x| - m with m = min(|x|, 1)
		a := g.abs(x)
		m := g.add("ReLU", "min", cut(1), a)
		half := g.add("Rescaling", "half", rescaling(0.5, 0), g.add("Multiply", "square", nil, m, m))
		return g.add("Add", "softabs", nil, half, g.add("Subtract", "rest", nil, a, m))
	case ReLU:
		if _, most := g.w.ends32(h); most-most == 0 {
			return g.add("ReLU", "cut", cut(float64(most)), x)
		}
	case Softplus:
		if b := g.w.Beta; b != 0 {
			sharp := g.add("Activation", "softplus", map[string]any{"activation": "softplus"}, g.add("Rescaling", "sharpen", rescaling(b, 0), x))
			return g.add("Rescaling", "flatten", rescaling(1/b, 0), sharp)
		}
	}
	return g.add("Activation", string(h), map[string]any{"activation": stockActivations[h]}, x)
}

// cut is the configuration of a ReLU with an upper end.
func cut(most float64) map[string]any {
	return map[string]any{"max_value": most, "negative_slope": 0.0, "threshold": 0.0}
}

// ranged moves a head's answers to the range asked for.
func (g *headGraph) ranged(h Head, y string) string {
	scale, offset := g.w.affine(h)
	if scale == 1 && offset == 0 {
		return y
	}
	return g.add("Rescaling", "range", rescaling(scale, offset), y)
}

// affine is what the range makes of the head's answers.
func (w *headWriter) affine(h Head) (scale, offset float64) {
	lo, span := w.ends32(h)
	if !h.bounded() {
		span = 1
	}
	return float64(span), float64(lo)
}

// ends32 is the range as float32 computes it: neither 0·span + lo nor 1·span + lo
// rounds to a number outside of it.
func (w *headWriter) ends32(h Head) (lo, span float32) {
	if w.Range == [2]float64{} {
		if h.bounded() {
			return 0, 1
		}
		return 0, float32(inf)
	}
	lo = float32(w.Range[0])
	if float64(lo) < w.Range[0] {
		lo = math.Nextafter32(lo, float32(inf))
	}
	for span = float32(w.Range[1] - w.Range[0]); span-span == 0 && float64(span+lo) > w.Range[1]; {
		span = math.Nextafter32(span, 0)
	}
	return lo, span
}

// columns adds heads of single elements of the last axis. Each head sees the others'
// elements as 0, and what it makes of these is multiplied by 0, so that the heads'
// answers can be added up: stock layers cannot take columns apart.
func (g *headGraph) columns(x string) string {
	width, prefix := g.w.shape[len(g.w.shape)-1], g.prefix
	by := map[Head][]int{} // columns; "" are those that stay linear
	for k := range width {
		by[g.w.Columns[k]] = append(by[g.w.Columns[k]], k)
	}
	var parts []string
	for _, h := range slices.Sorted(maps.Keys(by)) {
		scale, offset := 1.0, 0.0
		g.prefix = prefix + "_linear"
		if h != "" {
			g.prefix = prefix + "_" + string(h)
			scale, offset = g.w.affine(h)
		}
		y := g.add("Rescaling", "columns", map[string]any{"scale": only(by[h], width, 1), "offset": 0.0}, x)
		if h != "" {
			y = g.add("Rescaling", "range", map[string]any{"scale": only(by[h], width, scale), "offset": only(by[h], width, offset)}, g.head(h, y))
		}
		parts = append(parts, y)
	}
	g.prefix = prefix
	if len(parts) == 1 {
		return parts[0]
	}
	return g.add("Add", "sum", nil, parts...)
}

// only is a list of zeros that holds a value in the given places.
func only(places []int, width int, value float64) []any {
	out := make([]any, width)
	for i := range out {
		out[i] = 0.0
	}
	for _, k := range places {
		out[k] = value
	}
	return out
}

// abs is |x| = max(x, -x).
func (g *headGraph) abs(x string) string {
	return g.add("Maximum", "abs", nil, x, g.add("Rescaling", "negative", rescaling(-1, 0), x))
}
