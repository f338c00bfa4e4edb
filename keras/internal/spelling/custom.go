package spelling

import (
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/custom"
	"github.com/kerasrun/kerasrun/layers"
)

// custom puts the graph of a block in the place of a custom class, where there is
// a block for it.
func (u *upgrade) custom(s Spec, c map[string]any) bool {
	b := u.block(s)
	if b == nil {
		return false
	}
	for i, outer := range u.inside {
		if outer == b {
			var names []string
			for _, b := range append(u.inside[i:], b) {
				names = append(names, b.Class)
			}
			u.Broken("%s: the class is made of itself: %s", b.File, strings.Join(names, " > "))
			return true
		}
	}
	options := map[string]any{}
	kept := map[string]any{"class": s["class_name"], "supports_masking": b.SupportsMasking, "own_weights": listOf(b.OwnWeights), "file": b.File}
	for k, v := range c {
		switch k {
		case "activity_regularizer":
			kept[k] = v
		case "name", "trainable", "dtype":
			options[k], kept[k] = v, v
		case "batch_input_shape", "input_dtype", "dynamic": // which Keras 2 adds by itself
			if u.source.Era == 3 {
				options[k] = v
			}
		default:
			options[k] = v
		}
	}
	graph, err := b.Expand(options, &u.values)
	if err != nil {
		u.Broken("%s: %v", b.File, err)
		return true
	}
	inner := graph["config"].(map[string]any)
	if inner["name"] = kept["name"]; kept["name"] == nil {
		delete(inner, "name")
	}
	if trainable, ok := kept["trainable"]; ok {
		inner["trainable"] = trainable
	}
	u.shorthand(inner)
	u.todaysDefaults(inner)
	siblings := u.siblings
	u.inside, u.siblings = append(u.inside, b), nil
	kept["graph"] = u.layer(graph)
	u.inside, u.siblings = u.inside[:len(u.inside)-1], siblings
	s["class_name"], s["config"] = layers.CustomClass, kept
	Drop(s, "module", "registered_name", "build_config")
	return true
}

// block finds the block of a layer's class: by the bare name, unless that is one of
// Keras' own classes, or by the name that it is registered under.
func (u *upgrade) block(s Spec) *custom.Block {
	class, _ := s["class_name"].(string)
	registered, _ := s["registered_name"].(string)
	for _, b := range u.source.Blocks {
		if b.Is(class, registered) {
			return b
		}
	}
	return nil
}

// shorthand writes out what blocks may leave out: args or kwargs that are empty, and
// all of a tensor but [layer, node, tensor].
func (u *upgrade) shorthand(c map[string]any) {
	list, _ := c["layers"].([]any)
	g := newGraph2(list, false)
	for _, e := range list {
		l, _ := e.(map[string]any)
		nodes, _ := l["inbound_nodes"].([]any)
		for i, n := range nodes {
			node, ok := n.(map[string]any)
			if !ok {
				continue
			}
			Preset(node, "args", []any{})
			Preset(node, "kwargs", map[string]any{})
			nodes[i] = layers.Replace(n, func(v any) (any, bool) {
				if len(History(v)) > 0 {
					return v, true
				}
				if _, _, ok := Reference(v); ok {
					return g.tensor(v), true
				}
				return nil, false
			})
		}
	}
}

// todaysDefaults writes out the options that a block leaves out and for which Keras
// 2 had other defaults: whoever writes a block means those of today, in whatever
// model it is used.
func (u *upgrade) todaysDefaults(c map[string]any) {
	list, _ := c["layers"].([]any)
	for _, e := range list {
		l, _ := e.(map[string]any)
		config, ok := l["config"].(map[string]any)
		if !ok {
			continue
		}
		switch l["class_name"] {
		case "LSTM", "LSTMCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D":
			Preset(config, "recurrent_activation", "sigmoid")
		case "GRU", "GRUCell":
			Preset(config, "recurrent_activation", "sigmoid")
			Preset(config, "reset_after", true)
		}
		if _, nested := config["layers"].([]any); nested {
			u.todaysDefaults(config)
		}
		for _, key := range []string{"layer", "backward_layer", "cell"} {
			u.todaysDefaults(map[string]any{"layers": []any{config[key]}})
		}
	}
}

func listOf(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}
