package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/runtime"
)

// WithWeights returns the model with other values for its weights, in the order
// of Weights. The tensors must not be changed afterwards.
func (m *Model) WithWeights(values []*runtime.Tensor) (*Model, error) {
	if len(values) != len(m.weights) {
		return nil, &runtime.ShapeError{What: "weights", Wanted: fmt.Sprint(len(m.weights)), Received: fmt.Sprint(len(values))}
	}
	c := m.clone()
	for i, v := range values {
		w := &c.weights[i]
		if v.DType() != w.Value.DType() || !v.Shape().Equal(w.Value.Shape()) {
			return nil, &runtime.ShapeError{Where: w.Layer, What: w.Name, Wanted: w.Value.Type().String(), Received: v.Type().String()}
		}
		w.Value, w.Stored = v, nil
	}
	return c, nil
}

// WithTraining returns the model with another training configuration, as
// training_config of an .h5 of its era spells it, and the optimizer's
// variables in Keras' order. Nil makes the model not compiled.
func (m *Model) WithTraining(config []byte, optimizer []Stored) *Model {
	c := m.clone()
	c.origin.TrainingConfig, c.origin.Optimizer = config, optimizer
	return c
}

// Freeze returns the model with the named layers, which may be nested, not
// trainable, as layer.trainable = False makes them. A name that no layer has is a
// *NameError.
func (m *Model) Freeze(names ...string) (*Model, error) {
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	var all []string
	e.eachLayer(func(name string, config map[string]any) {
		all = append(all, name)
		if slices.Contains(names, name) {
			config["trainable"] = false
			found[name] = true
		}
	})
	for _, n := range names {
		if !found[n] {
			return nil, &NameError{What: "layer", Name: n, Near: near(n, all)}
		}
	}
	return e.finish()
}

// editor changes a model's configuration in the spelling of the file's era, so
// that a Keras 2 file stays one.
type editor struct {
	m    *Model
	era  int
	root map[string]any // class_name and config
}

// edit parses the configuration anew. A Keras 1 model is edited, and saved, as
// a Keras 3 one.
func (m *Model) edit() (*editor, error) {
	if m.origin.Era < 2 {
		var err error
		if m, err = m.Modernize(); err != nil {
			return nil, err
		}
	}
	e := &editor{m: m, era: m.origin.Era}
	data := m.origin.Config
	v, err := parseJSON(data, DefaultLimits())
	if err != nil {
		return nil, err
	}
	root, ok := v.(map[string]any)
	if !ok {
		return nil, &FormatError{File: m.origin.File, What: "configuration", Wanted: "a JSON object", Received: fmt.Sprintf("%T", v)}
	}
	e.root = root
	return e, nil
}

// layers returns the list of layers of a Sequential or Functional, and a way to
// replace it. Early Keras 2 writes a Sequential's configuration as the list
// itself.
func (e *editor) layers(model map[string]any) (list []any, set func([]any)) {
	switch config := model["config"].(type) {
	case []any:
		return config, func(l []any) { model["config"] = l }
	case map[string]any:
		list, _ := config["layers"].([]any)
		return list, func(l []any) { config["layers"] = l }
	}
	return nil, func([]any) {}
}

// eachLayer calls f for every layer at any depth.
func (e *editor) eachLayer(f func(name string, config map[string]any)) {
	stack := []map[string]any{e.root}
	for len(stack) > 0 {
		model := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		list, _ := e.layers(model)
		for _, l := range list {
			layer, _ := l.(map[string]any)
			if config, ok := layer["config"].(map[string]any); ok {
				name, _ := config["name"].(string)
				f(name, config)
			}
			if layer != nil {
				stack = append(stack, layer)
			}
		}
	}
}

// finish makes the model of the changed configuration. Weights stay with their
// layers, found by name, wherever these stand now.
func (e *editor) finish() (*Model, error) {
	data, err := pyjson.Marshal(e.root)
	if err != nil {
		return nil, err
	}
	o := *e.m.origin
	o.Config, o.Era = data, e.era
	l := newLoader(o.File, nil, 0, nil)
	m, err := l.assemble(&o)
	if err != nil {
		return nil, named(l.file, err)
	}
	old, key := map[weightKey]*Weight{}, weightKeys()
	for i := range e.m.weights {
		w := &e.m.weights[i]
		old[key(w)] = w
	}
	key = weightKeys()
	for i := range m.weights {
		w := &m.weights[i]
		if v := old[key(w)]; v != nil && v.Value.Shape().Equal(w.Shape) {
			w.Value, w.Stored, w.FileName = v.Value, v.Stored, v.FileName
		}
	}
	return m, named(l.file, l.zero(m))
}

// weightKey finds a weight again after its layer was moved: which of those that a
// layer has under one name and path it is. A path counts layers of one class within a
// model, "layers/dense_1", which moving changes; that part is left out.
type weightKey struct {
	layer, path, name string
	nth               int
}

// weightKeys returns the keys of a model's weights, which must be asked for in order.
func weightKeys() func(w *Weight) weightKey {
	seen := map[weightKey]int{}
	return func(w *Weight) weightKey {
		parts := strings.Split(w.Path, "/")
		for i := range parts {
			if i > 0 && parts[i-1] == "layers" {
				parts[i] = ""
			}
		}
		k := weightKey{layer: w.Layer, path: strings.Join(parts, "/"), name: w.Name}
		n := seen[k]
		seen[k]++
		k.nth = n
		return k
	}
}
