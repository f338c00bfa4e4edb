package keras

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// tfjsLayers lists the layers that TensorFlow.js computes as Keras does, and the
// options that it has only one value for (tfjs-layers/src/layers).
var tfjsLayers = map[string]map[string]any{
	"InputLayer": {"sparse": false, "ragged": false}, "Activation": {}, "Dense": {}, "Dropout": {}, "Flatten": {"data_format": "channels_last"},
	"Reshape": {}, "Permute": {}, "RepeatVector": {}, "Embedding": {"mask_zero": false},
	"SpatialDropout1D": {}, "GaussianNoise": {}, "GaussianDropout": {}, "AlphaDropout": {},
	"Conv1D": {"groups": 1, "data_format": "channels_last"}, "Conv2D": {"groups": 1, "data_format": "channels_last"},
	"Conv3D":          {"groups": 1, "data_format": "channels_last"},
	"Conv2DTranspose": {"groups": 1, "data_format": "channels_last", "dilation_rate": 1, "output_padding": nil},
	"SeparableConv2D": {"groups": 1, "data_format": "channels_last"}, "DepthwiseConv2D": {"data_format": "channels_last", "groups": 1, "dilation_rate": 1},
	"MaxPooling1D": {"data_format": "channels_last"}, "AveragePooling1D": {"data_format": "channels_last"},
	"MaxPooling2D": {"data_format": "channels_last"}, "AveragePooling2D": {"data_format": "channels_last"},
	"GlobalMaxPooling1D": {"keepdims": false, "data_format": "channels_last"}, "GlobalAveragePooling1D": {"keepdims": false, "data_format": "channels_last"},
	"GlobalMaxPooling2D": {"keepdims": false, "data_format": "channels_last"}, "GlobalAveragePooling2D": {"keepdims": false, "data_format": "channels_last"},
	"ZeroPadding2D": {"data_format": "channels_last"}, "Cropping2D": {"data_format": "channels_last"},
	"UpSampling2D":       {"data_format": "channels_last", "interpolation": "nearest"},
	"BatchNormalization": {}, "LayerNormalization": {"rms_scaling": false},
	"LSTM": {"time_major": false, "zero_output_for_mask": false, "return_state": false}, "SimpleRNN": {"time_major": false, "zero_output_for_mask": false, "return_state": false},
	"GRU":           {"reset_after": false, "time_major": false, "zero_output_for_mask": false, "return_state": false},
	"Bidirectional": {"backward_layer": nil}, "TimeDistributed": {},
	"Add": {}, "Multiply": {}, "Average": {}, "Maximum": {}, "Minimum": {}, "Concatenate": {}, "Dot": {},
	"ReLU": {"negative_slope": 0, "threshold": 0}, "LeakyReLU": {}, "ELU": {"alpha": 1}, "PReLU": {}, "Softmax": {},
	"Rescaling": {}, "Sequential": {}, "Functional": {},
}

// tfjsActivations are activations by Keras' name and by that of TensorFlow.js.
var tfjsActivations = map[string]string{
	"linear": "linear", "relu": "relu", "relu6": "relu6", "elu": "elu", "selu": "selu", "sigmoid": "sigmoid", "softmax": "softmax",
	"softplus": "softplus", "softsign": "softsign", "tanh": "tanh", "swish": "swish", "silu": "swish", "hard_sigmoid_keras2": "hard_sigmoid",
}

// topology is the configuration as an .h5 of Keras 2 has it.
func (t *tfjsWriter) topology() ([]byte, error) {
	root, err := copied(t.m.config)
	if err != nil {
		return nil, err
	}
	if t.ranks, err = t.m.ranks(); err != nil {
		return nil, err
	}
	t.layer(root)
	return pyjson.Marshal(map[string]any{"keras_version": keras2Version, "backend": "tensorflow", "model_config": root})
}

// layer rewrites a layer, and those inside it, in place.
func (t *tfjsWriter) layer(s map[string]any) {
	class, _ := s["class_name"].(string)
	c, _ := s["config"].(map[string]any)
	name, _ := c["name"].(string)
	place := fmt.Sprintf("layer %q (%s)", name, class)
	only, known := tfjsLayers[class]
	if !known || c == nil || isOperation(s) {
		t.unsupported(place, "this layer")
		return
	}
	for key, value := range only {
		if got, ok := c[key]; ok && !sameOption(got, value) {
			t.unsupported(place, "%s=%s", key, spelling.Short(got))
		}
		delete(c, key)
	}
	spelling.Drop(s, "module", "registered_name", "build_config", "shared_object_id")
	t.options(place, class, c)
	t.axis(place, class, name, c)
	t.feed(c)
	for _, key := range []string{"layer", "layers"} {
		list, isList := c[key].([]any)
		if !isList {
			list = []any{c[key]}
		}
		for _, l := range list {
			if inner, ok := l.(map[string]any); ok {
				t.layer(inner)
			}
		}
	}
	if class == "Functional" {
		s["class_name"] = "Model"
		t.graph(place, c)
	}
	if inner, ok := c["layer"].(map[string]any); ok && class == "Bidirectional" {
		t.halves(inner)
	}
}

// feed notes the ranks of what the layers of a model take: what the layer gives
// that their call names, or in a Sequential the one before.
func (t *tfjsWriter) feed(c map[string]any) {
	list, _ := c["layers"].([]any)
	before := -1
	for _, l := range list {
		s, _ := l.(map[string]any)
		config, _ := s["config"].(map[string]any)
		name, _ := config["name"].(string)
		if shape, ok := config["batch_shape"].([]any); ok {
			t.ranks[name] = len(shape)
		}
		if nodes, ok := s["inbound_nodes"].([]any); ok {
			for _, n := range nodes {
				if from, ok := firstTensor(n); ok {
					before = t.ranks[from]
				}
			}
		}
		unify(t.inputs, name, before)
		before = t.ranks[name]
	}
}

// firstTensor names the layer that the first argument of a call comes from.
func firstTensor(v any) (string, bool) {
	call, _ := v.(map[string]any)
	args, _ := call["args"].([]any)
	if len(args) == 0 {
		return "", false
	}
	tensor, _ := args[0].(map[string]any)
	c, _ := tensor["config"].(map[string]any)
	history, _ := c["keras_history"].([]any)
	if len(history) == 0 {
		return "", false
	}
	name, ok := history[0].(string)
	return name, ok
}

// halves undoes that Keras 2 named the layer of a Bidirectional after its first
// half, as TensorFlow.js will itself.
func (t *tfjsWriter) halves(inner map[string]any) {
	c, _ := inner["config"].(map[string]any)
	if name, ok := c["name"].(string); ok {
		c["name"] = strings.TrimPrefix(name, "forward_")
	}
}

// graph rewrites the calls of a Functional. There, as in Keras 2, a model that
// is called in another has its own graph for its first call, so calls count from
// one.
func (t *tfjsWriter) graph(place string, c map[string]any) {
	list, _ := c["layers"].([]any)
	for _, l := range list {
		s, _ := l.(map[string]any)
		if name, ok := s["name"].(string); ok && s["class_name"] == "Model" {
			t.models[name] = true
		}
	}
	for _, l := range list {
		s, _ := l.(map[string]any)
		nodes, _ := s["inbound_nodes"].([]any)
		for i, n := range nodes {
			nodes[i] = t.node(fmt.Sprintf("layer %q (%s)", s["name"], s["class_name"]), n)
		}
	}
	for _, key := range []string{"input_layers", "output_layers"} {
		list, ok := places(c[key]).([]any)
		if !ok {
			t.unsupported(place, "%s that have names", key)
		}
		seen := map[string]bool{}
		for i, v := range list {
			if seen[fmt.Sprint(v)] {
				t.unsupported(place, "an output twice")
			}
			seen[fmt.Sprint(v)] = true
			if p, ok := v.([]any); ok {
				list[i] = t.counted(p)
			}
		}
		c[key] = list
	}
	for _, l := range list {
		s, _ := l.(map[string]any)
		if name, ok := s["name"].(string); ok {
			delete(t.models, name)
		}
	}
}

// counted is a place, a layer's name, call and output, with the calls of models
// counted from one.
func (t *tfjsWriter) counted(history []any) []any {
	out := slices.Clone(history)
	if name, ok := out[0].(string); ok && t.models[name] && len(out) == 3 {
		out[1] = whole(out[1]) + 1
	}
	return out
}

func whole(v any) int {
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil {
		return 0
	}
	return n
}

// axis checks the axis of layers that have it at the end only there, and counts
// others from the front.
func (t *tfjsWriter) axis(place, class, name string, c map[string]any) {
	rank, known := t.ranks[name]
	known = known && rank > 0
	switch class {
	case "Flatten":
		if t.inputs[name] < 3 {
			t.unsupported(place, "inputs of rank %d", t.inputs[name])
		}
		return
	case "BatchNormalization", "LayerNormalization", "Softmax", "Concatenate":
	default:
		return
	}
	v := c["axis"]
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	axis, err := strconv.Atoi(fmt.Sprint(v))
	last := err == nil && (axis == -1 || known && axis == rank-1)
	switch {
	case class == "Concatenate":
		if err == nil && axis < -1 {
			if !known {
				t.unsupported(place, "axis=%d", axis)
			}
			c["axis"] = axis + rank
		}
	case !last || class == "BatchNormalization" && (!known || rank > 4):
		t.unsupported(place, "axis=%s of inputs of rank %d", spelling.Short(c["axis"]), rank)
	}
}

// isOperation reports whether the layer is a function that stands as a node.
func isOperation(s map[string]any) bool {
	module, _ := s["module"].(string)
	return strings.Contains(module, ".ops")
}

// options rewrites the options of one layer.
func (t *tfjsWriter) options(place, class string, c map[string]any) {
	for key, v := range c {
		switch {
		case strings.HasSuffix(key, "_initializer"), strings.HasSuffix(key, "_regularizer"), strings.HasSuffix(key, "_constraint"),
			strings.HasPrefix(key, "keras2_"), key == "bessel", key == "step_by_step", key == "lora", key == "sums_activity_penalty", key == "synchronized", key == "virtual_batch_size", key == "use_cudnn", key == "seed", key == "optional":
			delete(c, key)
		case key == "activation", key == "recurrent_activation":
			a, _ := v.(string)
			if tfjsActivations[a] == "" {
				t.unsupported(place, "%s=%s", key, spelling.Short(v))
			}
			c[key] = tfjsActivations[a]
		case key == "dtype":
			dtype := v
			if policy, ok := v.(map[string]any); ok && policy["class_name"] == "DTypePolicy" {
				inner, _ := policy["config"].(map[string]any)
				dtype = inner["name"]
			}
			if dtype != "float32" && (class != "InputLayer" || dtype != "int32" && dtype != "bool") && dtype != nil {
				t.unsupported(place, "dtype %s", spelling.Short(dtype))
			}
			c[key] = dtype
		case key == "padding" && (v == "causal" || v == layers.TheanoSame):
			t.unsupported(place, "padding=%s", v)
		}
	}
	spelling.Rename(c, "batch_shape", "batch_input_shape")
	if class == "LeakyReLU" {
		spelling.Rename(c, "negative_slope", "alpha")
	}
}

// sameOption compares an option with the only value that it may have.
func sameOption(got, only any) bool {
	if list, ok := got.([]any); ok {
		return !slices.ContainsFunc(list, func(e any) bool { return !sameOption(e, only) })
	}
	if n, ok := only.(int); ok {
		return fmt.Sprint(got) == fmt.Sprint(n) || fmt.Sprint(got) == fmt.Sprintf("%d.0", n)
	}
	return got == nil || got == only
}

// places is a list of places, where Keras 3 may write the only one by itself.
func places(v any) any {
	if list, ok := v.([]any); ok && len(list) == 3 {
		if _, name := list[0].(string); name {
			return []any{v}
		}
	}
	return v
}

// node is a call in the spelling of Keras 2: [["name", node, tensor, {}], …].
func (t *tfjsWriter) node(place string, v any) any {
	call, _ := v.(map[string]any)
	args, _ := call["args"].([]any)
	kwargs, _ := call["kwargs"].(map[string]any)
	for key, value := range kwargs {
		if value != nil && value != false {
			t.unsupported(place, "the argument %s of its call", key)
		}
	}
	if len(args) == 1 {
		if list, ok := args[0].([]any); ok {
			args = list
		}
	} else if len(args) > 1 {
		t.unsupported(place, "%d arguments of its call", len(args))
	}
	out := []any{}
	for _, a := range args {
		tensor, _ := a.(map[string]any)
		c, _ := tensor["config"].(map[string]any)
		history, _ := c["keras_history"].([]any)
		if len(history) != 3 {
			t.unsupported(place, "the constant %s in its call", spelling.Short(a))
			continue
		}
		out = append(out, append(t.counted(history), map[string]any{}))
	}
	return out
}
