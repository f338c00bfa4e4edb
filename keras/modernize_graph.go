package keras

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// functional writes the wiring of a functional model.
func (z *modernizer) functional(s spelling.Spec, c map[string]any, l layers.Layer, owned []ownedWeight, place string) {
	g := &modernGraph{renamed: map[string]string{}, models: map[string]bool{}, calls: map[string][]layers.Wired{}}
	if m, ok := l.(layers.Model); ok {
		for _, k := range m.Calls() {
			name := m.Layers()[k.Layer].Base().Name
			g.calls[name] = append(g.calls[name], k)
		}
	}
	list, _ := c["layers"].([]any)
	g.names(list)
	z.masked(g, list)
	var out []any
	for _, e := range list {
		inner, ok := e.(map[string]any)
		if !ok {
			continue
		}
		name := g.name(spelling.NameOf(inner))
		before := z.expand(inner, place)
		z.member(inner, l, owned, place)
		inner["name"] = name
		inner["config"].(map[string]any)["name"] = name
		if nodes, ok := inner["inbound_nodes"].([]any); !ok || nodes == nil {
			inner["inbound_nodes"] = []any{}
		}
		out = append(append(out, before...), inner)
	}
	for _, e := range out {
		inner := e.(map[string]any)
		inner["inbound_nodes"] = g.tensors(inner["inbound_nodes"])
	}
	c["layers"] = out
	c["input_layers"], c["output_layers"] = single(g.ends(c["input_layers"])), single(g.ends(c["output_layers"]))
}

// modernGraph rewrites the references to tensors within one model.
type modernGraph struct {
	calls   map[string][]layers.Wired // by layer
	renamed map[string]string         // layers whose names Keras 3 does not allow
	models  map[string]bool           // functional models, whose calls output_layers counts from 1
}

// isFunctionalBlock reports whether a custom class comes to be a functional model.
func isFunctionalBlock(s spelling.Spec) bool {
	c, _ := s["config"].(map[string]any)
	graph, _ := c["graph"].(map[string]any)
	return s["class_name"] == layers.CustomClass && graph["class_name"] == "Functional"
}

// modernName is a name that a layer of Keras 3 may have, without slashes, and that
// TensorFlow takes for a scope, without the brackets of a block's blocks[1].
func modernName(name string) string {
	return strings.NewReplacer("/", "_", "[", "_", "]", "").Replace(name)
}

// names makes the names of the layers such as Keras 3 allows.
func (g *modernGraph) names(list []any) {
	taken := map[string]bool{}
	for _, e := range list {
		s, _ := e.(map[string]any)
		taken[spelling.NameOf(s)] = true
		g.models[spelling.NameOf(s)] = s["class_name"] == "Functional" || s["class_name"] == "Lambda" || isFunctionalBlock(s)
	}
	for _, e := range list {
		s, _ := e.(map[string]any)
		name := spelling.NameOf(s)
		clean := modernName(name)
		if clean == name {
			continue
		}
		for i := 1; taken[clean]; i++ {
			clean = fmt.Sprintf("%s_%d", modernName(name), i)
		}
		taken[clean] = true
		g.renamed[name] = clean
	}
}

// masked renames Concatenate layers to which masks may come: Keras joins the masks
// by an operation that it names concatenate as well, and refuses a model with two
// operations of one name.
func (z *modernizer) masked(g *modernGraph, list []any) {
	masks := false
	for _, e := range list {
		s, _ := e.(map[string]any)
		c, _ := s["config"].(map[string]any)
		masks = masks || s["class_name"] == "Masking" || c["mask_zero"] == true || g.models[spelling.NameOf(s)]
	}
	for _, e := range list {
		s, _ := e.(map[string]any)
		name := spelling.NameOf(s)
		if !masks || s["class_name"] != "Concatenate" || !autoConcatenate.MatchString(name) {
			continue
		}
		g.renamed[name] = strings.Replace(name, "concatenate", "concatenated", 1)
		z.note("layer %q is called %q now: Keras 3 gives the name to an operation on masks", name, g.renamed[name])
	}
}

var autoConcatenate = regexp.MustCompile(`^concatenate(_\d+)?$`)

// name is what a layer is called in Keras 3.
func (g *modernGraph) name(old string) string {
	if n, ok := g.renamed[old]; ok {
		return n
	}
	return old
}

// tensors completes the references to tensors in the arguments of calls.
func (g *modernGraph) tensors(v any) any {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			x[i] = g.tensors(e)
		}
	case map[string]any:
		config, _ := x["config"].(map[string]any)
		h, isTensor := config["keras_history"].([]any)
		if x["class_name"] != "__keras_tensor__" || !isTensor || len(h) != 3 {
			for k, e := range x {
				x[k] = g.tensors(e)
			}
			break
		}
		name, _ := h[0].(string)
		return map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{
			"shape": spelling.Sizes(g.shapeOf(h)), "dtype": "float32", "keras_history": []any{g.name(name), h[1], h[2]}}}
	}
	return v
}

// shapeOf is the shape of a tensor, nil where it is not known. Keras looks at
// neither shape nor type of a tensor in a configuration, but wants them there.
func (g *modernGraph) shapeOf(history []any) runtime.Shape {
	name, _ := history[0].(string)
	node, ok1 := layers.Int(history[1])
	output, ok2 := layers.Int(history[2])
	calls := g.calls[name]
	if !ok1 || !ok2 || node < 0 || node >= len(calls) || output < 0 || output >= len(calls[node].Shapes) {
		return nil
	}
	return calls[node].Shapes[output]
}

// ends writes input_layers or output_layers, where the calls of functional
// models are counted from 1.
func (g *modernGraph) ends(v any) any {
	return layers.Replace(v, func(v any) (any, bool) {
		name, node, ok := spelling.Reference(v)
		if !ok {
			return nil, false
		}
		if g.models[name] {
			node++
		}
		return []any{g.name(name), node, v.([]any)[2]}, true
	})
}

// single takes the only tensor out of its list: in Keras 3 a list of one is
// another thing than the one.
func single(v any) any {
	if list, ok := v.([]any); ok && len(list) == 1 {
		if _, _, isTensor := spelling.Reference(list[0]); isTensor {
			return list[0]
		}
	}
	return v
}
