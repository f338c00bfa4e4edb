package keras

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// ownedWeight is a weight of the layer at hand.
type ownedWeight struct {
	index int    // in the model
	path  string // of the object within the layer that owns it; "" is the layer
}

// below returns the weights of the object at the path within the layer, as that
// object sees them.
func below(owned []ownedWeight, path string) (out []ownedWeight) {
	for _, w := range owned {
		if rest, ok := strings.CutPrefix(w.path+"/", path+"/"); ok {
			out = append(out, ownedWeight{w.index, strings.TrimSuffix(rest, "/")})
		}
	}
	return out
}

// layer writes a layer, and those inside it, in place. l is the layer, nil
// where only its configuration is at hand; owned are its weights.
func (z *modernizer) layer(s spelling.Spec, l layers.Layer, owned []ownedWeight, within string) {
	class, _ := s["class_name"].(string)
	c, ok := s["config"].(map[string]any)
	if !ok {
		c = map[string]any{}
		s["config"] = c
	}
	switch {
	case class == "Lambda" && c["layers"] != nil:
		class = z.lambda(s, c, l)
	case class == layers.CustomClass:
		class, c, owned = z.custom(s, c, l, owned, within)
	}
	name, _ := c["name"].(string)
	if name == "" && (class == "Sequential" || class == "Functional") { // Keras 1 and 2 did not always name them
		name = layers.SnakeCase(class)
		c["name"] = name
	}
	if clean := modernName(name); clean != name {
		name = clean
		c["name"] = name
	}
	place := strings.TrimPrefix(within+"/"+name, "/")
	if id, ok := s["shared_object_id"]; ok {
		// Keras 3.15 does not open its own file of a layer that stands at several
		// places.
		if z.unshare(fmt.Sprint(id), place) {
			owned = nil // they are scaled already
		}
		delete(s, "shared_object_id")
	}
	spelling.Drop(s, "build_config")
	spelling.Drop(c, oldMasks...)
	spelling.Drop(c, "casts_inputs", "step_by_step", "lora", "sums_activity_penalty") // Keras 3's own ways
	switch class {
	case "Functional":
		z.functional(s, c, l, owned, place)
	case "Sequential":
		z.sequential(s, c, l, owned, place)
	case "TimeDistributed":
		z.inner(c, "layer", l, below(owned, "layer"), place)
	case "Bidirectional":
		forward, backward := below(owned, "forward_layer"), below(owned, "backward_layer")
		if c["backward_layer"] == nil { // a mirror of the other
			spelling.Drop(c, "backward_layer")
			mirrored(c)
			forward = append(forward, backward...)
		}
		z.inner(c, "layer", l, forward, place)
		z.inner(c, "backward_layer", l, backward, place)
	case "RNN":
		z.inner(c, "cell", l, below(owned, "cell"), place)
	case "StackedRNNCells":
		z.cells(c, owned, place)
	default:
		z.inner(c, "layer", l, below(owned, "layer"), place) // SpectralNormalization
	}
	z.options(c, place)
	spelling.Drop(s, "module", "registered_name")
	z.class(s, c, owned, fmt.Sprintf("layer %q (%s)", place, class))
	if _, told := s["module"]; !told {
		s["module"], s["registered_name"] = moduleOf(s["class_name"])
	}
}

// mirrored writes out the second layer of a Bidirectional whose first goes
// backwards: Keras 3 would make that one go backwards too, and refuses it.
func mirrored(c map[string]any) {
	forward, _ := c["layer"].(map[string]any)
	options, _ := forward["config"].(map[string]any)
	if options["go_backwards"] != true {
		return
	}
	backward := maps.Clone(forward)
	config := maps.Clone(options)
	config["go_backwards"] = false
	name, _ := config["name"].(string)
	config["name"] = "backward_" + strings.TrimPrefix(strings.TrimPrefix(name, "forward_"), "backward_")
	backward["config"] = config
	c["backward_layer"] = backward
}

// namesModules reports whether a model's configuration says in which modules Keras
// finds its layers. That of an .h5 does not.
func namesModules(root map[string]any) bool {
	config, _ := root["config"].(map[string]any)
	list, _ := config["layers"].([]any)
	for _, e := range list {
		s, _ := e.(map[string]any)
		if _, told := s["module"]; told {
			return true
		}
	}
	return len(list) == 0
}

// unshare notes that a layer that stands at several places becomes several, and
// reports whether it has been met before.
func (z *modernizer) unshare(id, place string) bool {
	first, met := z.shared[id]
	if !met {
		z.shared[id] = place
		return false
	}
	z.unshared = true
	z.note("layers %q and %q were one and have weights of their own now, with equal values", first, place)
	return true
}

// moduleOf is where Keras 3 finds a class, and the name it was registered by.
func moduleOf(class any) (module, registered any) {
	switch class {
	case "Functional":
		return "keras.src.models.functional", "Functional"
	case "Sequential":
		return "keras", nil
	case "LayerScale", "StochasticDepth":
		return "keras.src.applications.convnext", class
	case "CustomScaleLayer":
		return "keras.src.applications.inception_resnet_v2", class
	}
	return "keras.layers", nil
}

// inner writes a layer that stands in an option.
func (z *modernizer) inner(c map[string]any, key string, outer layers.Layer, owned []ownedWeight, place string) {
	s, ok := c[key].(map[string]any)
	if !ok {
		return
	}
	var l layers.Layer
	if outer != nil {
		l, _ = option[layers.Layer](outer, key)
	}
	z.layer(s, l, owned, place)
}

// cells writes the cells of a stack. The weights of each stand together.
func (z *modernizer) cells(c map[string]any, owned []ownedWeight, place string) {
	var groups [][]ownedWeight
	for i, w := range owned {
		if i == 0 || w.path != owned[i-1].path {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], ownedWeight{index: w.index})
	}
	list, _ := c["cells"].([]any)
	for i, e := range list {
		s, ok := e.(map[string]any)
		if !ok {
			continue
		}
		var own []ownedWeight
		if len(groups) == len(list) {
			own = groups[i]
		}
		z.layer(s, nil, own, place)
	}
}

// sequential writes a chain of layers.
func (z *modernizer) sequential(s spelling.Spec, c map[string]any, l layers.Layer, owned []ownedWeight, place string) {
	list, _ := c["layers"].([]any)
	for _, e := range list {
		if inner, ok := e.(map[string]any); ok {
			spelling.Drop(inner, "name", "inbound_nodes")
			z.member(inner, l, owned, place)
		}
	}
}

// member writes a layer of a model.
func (z *modernizer) member(s spelling.Spec, model layers.Layer, owned []ownedWeight, place string) {
	name := spelling.NameOf(s)
	m, _ := model.(layers.Model)
	if m == nil {
		z.layer(s, nil, nil, place)
		return
	}
	all := m.Layers()
	i := slices.IndexFunc(all, func(l layers.Layer) bool { return l.Base().Name == name })
	if i < 0 {
		z.layer(s, nil, nil, place)
		return
	}
	var own []ownedWeight
	if first, end := m.Owned(i); end <= len(owned) {
		for _, w := range owned[first:end] {
			own = append(own, ownedWeight{w.index, cutSteps(w.path, 2)}) // "layers/dense_1"
		}
	}
	z.layer(s, all[i], own, place)
}

// cutSteps drops the first n steps of a path.
func cutSteps(path string, n int) string {
	for range n {
		_, path, _ = strings.Cut(path, "/")
	}
	return path
}
