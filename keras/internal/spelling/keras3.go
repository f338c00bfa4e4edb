package spelling

import (
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// keras3 settles what differs among Keras 3 files and, by then, all others:
// which class is meant, and options without a meaning for us.
func (u *upgrade) keras3(s Spec, c map[string]any) {
	s["class_name"] = u.class(s)
	if c["lora_rank"] != nil && takesLoRA[s["class_name"]] {
		c["lora"] = true
	}
	Drop(c, "lora_rank", "lora_alpha", "autocast", "gptq_unpacked_column_size")
	if u.source.Era == 3 && u.before(3, 14) && (c["activity_regularizer"] != nil || s["class_name"] == "ActivityRegularization") {
		c["sums_activity_penalty"] = true // 3.14 began to divide by the batch (layer.py, __call__)
	}
	if u.before(3, 14) {
		packedRows(c["dtype"])
	}
	if c["quantization_config"] == nil {
		Drop(c, "quantization_config")
	}
	u.masks3(s, c)
	if u.source.Era == 3 && integerPolicy(c["dtype"]) && !castsNothing[s["class_name"]] {
		c["casts_inputs"] = true
	}
	switch s["class_name"] {
	case "TimeDistributed":
		if u.source.Era == 3 {
			c["step_by_step"] = true
			bare(c["layer"])
		}
		u.within(c)
	case "Sequential":
		u.within(c)
		build, _ := s["build_config"].(map[string]any)
		if shape, ok := build["input_shape"]; ok && c["build_input_shape"] == nil {
			c["build_input_shape"] = shape
		}
	case "Functional":
		if u.source.Era == 3 {
			u.graph3(c)
		}
		u.within(c)
	default:
		u.within(c)
	}
}

// packedRows marks a policy of int4, whose kernels lay otherwise until 3.14
// (layers/core/int4.go).
func packedRows(dtype any) {
	if _, config, _ := layers.ClassAndConfig(dtype); config["mode"] == "int4" {
		config["packed_rows"] = true
	}
}

// bare marks the policy of a layer that TimeDistributed calls: it goes past what asks
// whether a layer is quantized (layers/rnn/time_distributed.py, step_function), so the
// numbers of the kernel are taken as they stand, without scales.
func bare(layer any) {
	_, c, _ := layers.ClassAndConfig(layer)
	if _, config, _ := layers.ClassAndConfig(c["dtype"]); config["mode"] != nil {
		config["bare"] = true
	}
}

// takesLoRA has the layers that Keras can train low-rank factors beside.
var takesLoRA = map[any]bool{"Dense": true, "EinsumDense": true, "Embedding": true, "Conv1D": true, "Conv2D": true, "Conv3D": true}

// class is the name to look the layer up by. The module tells operations from
// layers of the same name, and custom classes from Keras' own; nothing is ever
// imported from it.
func (u *upgrade) class(s Spec) string {
	class, _ := s["class_name"].(string)
	module, _ := s["module"].(string)
	registered, _ := s["registered_name"].(string)
	switch {
	case strings.HasPrefix(class, "ops."):
		return class
	case strings.HasPrefix(module, "keras.src.ops.") || strings.HasPrefix(module, "keras.ops"):
		return "ops." + class
	case registered != "" && strings.Contains(registered, ">"):
		return registered
	case module == "" || ours(module):
		if class == "Model" && u.isGraph(s) {
			return "Functional"
		}
		return class
	case slices.Contains(layers.Names(), class): // another's class that happens to be called so
		return "Custom>" + class
	}
	if u.isGraph(s) { // a subclass of Functional that adds nothing to it
		return "Functional"
	}
	return class
}

// ours reports whether classes of the module are Keras' own.
func ours(module string) bool {
	for _, root := range []string{"keras", "tensorflow", "tf_keras", "tensorflow_core", "builtins"} {
		if module == root || strings.HasPrefix(module, root+".") {
			return true
		}
	}
	return false
}

// isGraph reports whether the configuration is that of a functional model.
func (u *upgrade) isGraph(s Spec) bool {
	c, _ := s["config"].(map[string]any)
	_, a := c["layers"].([]any)
	return a && c["input_layers"] != nil && c["output_layers"] != nil
}

// graph3 settles a functional graph of Keras 3: output_layers counts the calls
// of functional models from 1, inbound_nodes from 0
// (keras/src/models/functional.py, get_config). Files in the older format
// (.h5) lack the module that tells operations from layers.
// integerPolicy reports whether a dtype option names a type of integers.
func integerPolicy(dtype any) bool {
	if _, config, ok := layers.ClassAndConfig(dtype); ok {
		dtype = config["name"]
	}
	name, _ := dtype.(string)
	return strings.HasPrefix(strings.TrimPrefix(name, "u"), "int")
}

// castsNothing has the layers that turn autocast off.
var castsNothing = map[any]bool{"InputLayer": true, "Embedding": true, "ReversibleEmbedding": true, "LayerNormalization": true, "GroupNormalization": true}

func (u *upgrade) graph3(c map[string]any) {
	list, _ := c["layers"].([]any)
	for _, e := range list {
		s, ok := e.(map[string]any)
		if !ok {
			continue
		}
		nodes, _ := s["inbound_nodes"].([]any)
		u.nodes += len(nodes)
		if u.nodes > u.limits.Nodes {
			u.exceed("Nodes", u.limits.Nodes, u.nodes)
			return
		}
		for _, n := range nodes {
			// What a layer was called with gives way to what the model is called with
			// (keras/src/models/functional.py, operation_fn); in Keras 2 it stayed.
			node, _ := n.(map[string]any)
			kwargs, _ := node["kwargs"].(map[string]any)
			delete(kwargs, "training")
		}
		if _, ok := s["module"]; !ok && looksLikeOperation(s, nodes) {
			s["class_name"] = "ops." + s["class_name"].(string)
		}
	}
	g := newGraph2(list, false)
	c["output_layers"] = g.ends(c["output_layers"])
}

// looksLikeOperation tells an operation from the layer of the same name by its
// call: the merging layers take one list, the operations take two tensors.
func looksLikeOperation(s Spec, nodes []any) bool {
	class, _ := s["class_name"].(string)
	if class == "" || len(nodes) == 0 {
		return false
	}
	node, _ := nodes[0].(map[string]any)
	args, _ := node["args"].([]any)
	switch class {
	case "Add", "Subtract", "Multiply", "Maximum", "Minimum", "Average", "Dot":
		if len(args) == 0 {
			return false
		}
		_, isList := args[0].([]any)
		return !isList
	}
	_, isLayer := layers.New(class)
	_, isOperation := layers.New("ops." + class)
	return !isLayer && isOperation
}
