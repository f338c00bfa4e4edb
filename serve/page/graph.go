package page

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
)

// graph is a model as it is drawn: its calls, each after those it depends on.
type graph struct {
	Nodes []node `json:"nodes"`
}

// node is a call of a layer.
type node struct {
	Path      string   `json:"path"`  // as keras.Outputs takes it
	Layer     string   `json:"layer"` // the layer's place, whichever the call
	Name      string   `json:"name"`
	Class     string   `json:"class"`
	Shapes    []string `json:"shapes"` // of what it gives
	Params    int      `json:"params"`
	Trainable bool     `json:"trainable"`
	From      []int    `json:"from"` // the nodes whose tensors it takes
	Options   []option `json:"options"`
	Inner     *graph   `json:"inner,omitempty"` // of a model
}

// option is one of a layer's configuration.
type option struct {
	Name  string `json:"name"`
	Value string `json:"value"` // cut where it is long
}

const longestOption = 400 // bytes

// graphOf describes a model whose layers are called path/NAME. config is the
// model's {"class_name": …, "config": …}.
func graphOf(m layers.Model, config map[string]any, path, place string, params map[string]int) *graph {
	all, configs := m.Layers(), configsOf(config)
	g := &graph{Nodes: []node{}}
	at := map[layers.End]int{}
	count := map[int]int{}
	for i, c := range m.Calls() {
		b := all[c.Layer].Base()
		n := node{Path: path + c.Step.Name(), Layer: place + b.Name, Name: c.Step.Name(), Class: shortClass(b.Class),
			Shapes: []string{}, Trainable: b.Trainable, From: []int{}, Options: []option{}}
		n.Params = params[n.Layer]
		for _, s := range c.Shapes {
			n.Shapes = append(n.Shapes, s.String())
		}
		for _, f := range c.From {
			if k, ok := at[layers.End{Layer: f.Layer, Call: f.Call}]; ok && !slices.Contains(n.From, k) {
				n.From = append(n.From, k)
			}
		}
		at[layers.End{Layer: c.Layer, Call: count[c.Layer]}] = i
		count[c.Layer]++
		own := configs[b.Name]
		if inner, ok := all[c.Layer].(layers.Model); ok {
			n.Inner = graphOf(inner, own, n.Path+"/", n.Layer+"/", params)
		} else {
			n.Options = optionsOf(own)
		}
		g.Nodes = append(g.Nodes, n)
	}
	return g
}

// configsOf finds the {"class_name": …, "config": …} of a model's layers by name.
func configsOf(config map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	inner, _ := config["config"].(map[string]any)
	list, _ := inner["layers"].([]any)
	for _, l := range list {
		spec, _ := l.(map[string]any)
		c, _ := spec["config"].(map[string]any)
		name, _ := spec["name"].(string)
		if name == "" {
			name, _ = c["name"].(string)
		}
		out[name] = spec
	}
	return out
}

func optionsOf(spec map[string]any) []option {
	config, _ := spec["config"].(map[string]any)
	out := []option{}
	for k, v := range config {
		if k == "name" {
			continue
		}
		text := appendOption(nil, v)
		if len(text) > longestOption {
			text = text[:longestOption]
			for !utf8.Valid(text) {
				text = text[:len(text)-1]
			}
			text = append(text, "…"...)
		}
		out = append(out, option{k, string(text)})
	}
	slices.SortFunc(out, func(a, b option) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// appendOption writes a value as JSON, but for objects of Keras: these are their class
// and what of their own options is set, as Zeros() or L2({"l2":0.01}).
func appendOption(b []byte, v any) []byte {
	object, _ := v.(map[string]any)
	class, isObject := object["class_name"].(string)
	if !isObject {
		text, err := json.Marshal(v)
		if err != nil { // NaN has no JSON
			text = []byte(layers.Brief(v))
		}
		return append(b, text...)
	}
	b = append(append(b, shortClass(class)...), '(')
	if config, ok := object["config"].(map[string]any); ok {
		config = maps.Clone(config)
		maps.DeleteFunc(config, func(_ string, v any) bool { return v == nil })
		if len(config) > 0 {
			b = appendOption(b, config)
		}
	}
	return append(b, ')')
}

// paramsOf counts the numbers of each layer by its place, "outer/inner", those of
// the layers within it included.
func paramsOf(m *keras.Model) map[string]int {
	out := map[string]int{}
	for _, w := range m.Weights() {
		for place := w.Layer; place != ""; {
			out[place] += w.Value.Len()
			i := strings.LastIndexByte(place, '/')
			place = place[:max(i, 0)]
		}
	}
	return out
}

// shortClass drops the package of a registered class, "Custom>Name".
func shortClass(class string) string { return class[strings.LastIndexByte(class, '>')+1:] }
