package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// lambda makes a Lambda the functional model of operations that it is here, with
// the shapes that it is called on.
func (z *modernizer) lambda(s spelling.Spec, c map[string]any, l layers.Layer) (class string) {
	giveShapes(c, l)
	spelling.Drop(c, "formula")
	spelling.Drop(s, "module", "registered_name")
	s["class_name"] = "Functional"
	return "Functional"
}

// giveShapes writes the shapes that a graph is called on into its input layers.
func giveShapes(c map[string]any, l layers.Layer) {
	shapes := map[string]any{}
	if m, ok := l.(layers.Model); ok {
		for _, k := range m.Calls() {
			if in, ok := m.Layers()[k.Layer].(*layers.InputLayer); ok && len(k.Shapes) == 1 {
				shapes[in.Name] = spelling.Sizes(k.Shapes[0])
			}
		}
	}
	list, _ := c["layers"].([]any)
	for _, e := range list {
		inner, _ := e.(map[string]any)
		config, _ := inner["config"].(map[string]any)
		if inner["class_name"] == "InputLayer" && shapes[spelling.NameOf(inner)] != nil {
			config["batch_shape"] = shapes[spelling.NameOf(inner)]
		}
	}
}

// withoutLambdas returns a Keras 3 model with functional models of operations
// in the place of its Lambdas, which Keras opens only if it is told to trust the
// file. A model without Lambdas is returned as it is; a Lambda of which Keras 3
// lacks an operation stays, with a note.
func (m *Model) withoutLambdas() (*Model, error) {
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	o := *m.origin
	o.Notes = slices.Clone(o.Notes)
	w := &lambdaWriter{m: m, origin: &o}
	if err := w.layer(e.root, m.config, m.root, ""); err != nil {
		return nil, err
	}
	if !w.changed {
		if len(o.Notes) > len(m.origin.Notes) {
			m = m.clone()
			m.origin.Notes = o.Notes
		}
		return m, nil
	}
	if o.Config, err = pyjson.Marshal(e.root); err != nil {
		return nil, err
	}
	out, err := newLoader(o.File, nil, 0, nil).assemble(&o)
	if err != nil {
		return nil, err
	}
	z := &modernizer{m: m, values: map[int]*runtime.Tensor{}}
	return out, z.carry(out)
}

// lambdaWriter walks a configuration as the file has it, beside the same one as
// it was upgraded and the layers made of it.
type lambdaWriter struct {
	m       *Model
	origin  *Origin
	changed bool
}

func (w *lambdaWriter) layer(s, upgraded spelling.Spec, l layers.Layer, place string) error {
	c, _ := s["config"].(map[string]any)
	u, _ := upgraded["config"].(map[string]any)
	if upgraded["class_name"] == "Lambda" && u["layers"] != nil || upgraded["class_name"] == layers.CustomClass {
		return w.lambda(s, upgraded, l, place)
	}
	if inner, ok := c["layer"].(map[string]any); ok {
		if same, ok := u["layer"].(map[string]any); ok {
			within, _ := option[layers.Layer](l, "layer")
			return w.layer(inner, same, within, place+"/"+spelling.NameOf(inner))
		}
	}
	list, _ := c["layers"].([]any)
	same, _ := u["layers"].([]any)
	model, ok := l.(layers.Model)
	if !ok || len(list) != len(same) {
		return nil
	}
	functional := map[string]bool{}
	for i := range list {
		inner, ok1 := list[i].(map[string]any)
		other, ok2 := same[i].(map[string]any)
		if !ok1 || !ok2 {
			continue
		}
		name := spelling.NameOf(other)
		k := slices.IndexFunc(model.Layers(), func(l layers.Layer) bool { return l.Base().Name == name })
		if k < 0 {
			continue
		}
		was := inner["class_name"]
		if err := w.layer(inner, other, model.Layers()[k], strings.TrimPrefix(place+"/"+name, "/")); err != nil {
			return err
		}
		functional[name] = inner["class_name"] != was && inner["class_name"] == "Functional"
	}
	c["output_layers"] = layers.Replace(c["output_layers"], func(v any) (any, bool) {
		name, node, ok := spelling.Reference(v)
		if !ok || !functional[name] { // whose calls are counted from 1 there
			return nil, false
		}
		return []any{name, node + 1, v.([]any)[2]}, true
	})
	if c["output_layers"] == nil {
		delete(c, "output_layers")
	}
	return nil
}

// lambda writes one Lambda.
func (w *lambdaWriter) lambda(s, upgraded spelling.Spec, l layers.Layer, place string) error {
	modern, err := copied(upgraded)
	if err != nil {
		return err
	}
	z := &modernizer{m: w.m, values: map[int]*runtime.Tensor{}, shared: map[string]string{}}
	z.layer(modern, l, nil, "")
	if len(z.problems) > 0 {
		stays := "a Lambda, which Keras opens only with safe_mode=False"
		if upgraded["class_name"] == layers.CustomClass {
			stays = "of its class, which Keras opens only with the class as a custom object"
		}
		w.origin.Notes = append(w.origin.Notes, fmt.Sprintf("layer %s stays %s: %s", place, stays, z.problems[0].What))
		return nil
	}
	w.changed = true
	for _, key := range []string{"class_name", "config", "module", "registered_name"} {
		s[key] = modern[key]
	}
	spelling.Drop(s, "build_config")
	nodes, _ := s["inbound_nodes"].([]any)
	for _, n := range nodes {
		node, _ := n.(map[string]any)
		kwargs, _ := node["kwargs"].(map[string]any)
		spelling.Drop(kwargs, "mask", "training")
	}
	return nil
}

// custom makes a custom class the model of stock layers that it is here.
func (z *modernizer) custom(s spelling.Spec, c map[string]any, l layers.Layer, owned []ownedWeight, within string) (class string, config map[string]any, graph []ownedWeight) {
	name, _ := c["name"].(string)
	where := fmt.Sprintf("layer %q (%v)", strings.TrimPrefix(within+"/"+name, "/"), c["class"])
	custom, ok := l.(*layers.Custom)
	if !ok {
		z.unsupported(where, "a custom class within another layer")
		return layers.CustomClass, c, owned
	}
	if c["supports_masking"] == true || custom.TakesMask() {
		z.unsupported(where, "a model that sees the mask of its input, or hands it on")
	}
	for i, w := range custom.Graph() {
		if i < len(owned) {
			graph = append(graph, ownedWeight{owned[i].index, w.Path})
		}
	}
	inner, _ := c["graph"].(map[string]any)
	config, _ = inner["config"].(map[string]any)
	giveShapes(config, custom)
	class, _ = inner["class_name"].(string)
	spelling.Drop(s, "module", "registered_name")
	s["class_name"], s["config"] = class, config
	return class, config, graph
}
