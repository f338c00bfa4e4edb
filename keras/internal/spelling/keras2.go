package spelling

import (
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// keras2 rewrites a layer of Keras 2 (2.0 to 2.15, tf.keras, tf_keras) as Keras 3
// spells it. Where a meaning changed, the old one becomes explicit.
func (u *upgrade) keras2(s Spec, c map[string]any) {
	class, _ := s["class_name"].(string)
	if isOldOperation(class) {
		u.operation2(s, c)
		return
	}
	u.activations2(c)
	if class != "InputLayer" && class != "Sequential" {
		Drop(c, "batch_input_shape", "input_dtype", "input_shape", "batch_size", "input_length", "trainable_weights", "dynamic", "ragged", "sparse")
	}
	if class != "LocallyConnected1D" && class != "LocallyConnected2D" { // theirs says how the kernel is kept
		Drop(c, "implementation", "consume_less")
	}
	if v, ok := c["time_major"]; ok {
		if v == true {
			u.Unsupported("time_major=true")
		}
		Drop(c, "time_major")
	}
	switch class {
	case "InputLayer":
		Rename(c, "batch_input_shape", "batch_shape")
		Rename(c, "input_dtype", "dtype")
	case "Sequential":
		u.sequential2(c)
	case "Model", "Functional", "Container", "Network":
		u.functional2(s, c)
	default:
		if u.isGraph(s) { // a subclass, or a model in a namespace of its own
			u.functional2(s, c)
			break
		}
		u.options2(s, class, c)
	}
}

// functional2 converts the wiring.
func (u *upgrade) functional2(s Spec, c map[string]any) {
	if !u.isGraph(s) {
		u.Unsupported("a subclassed model, whose wiring is Python code")
		return
	}
	s["class_name"] = "Functional"
	delete(s, "module")
	list := c["layers"].([]any)
	g := newGraph2(list, true)
	refs := references(references(nil, c["input_layers"]), c["output_layers"])
	for _, e := range list {
		l, _ := e.(map[string]any)
		nodes, _ := l["inbound_nodes"].([]any)
		u.nodes += len(nodes)
		if u.nodes > u.limits.Nodes {
			u.exceed("Nodes", u.limits.Nodes, u.nodes)
			return
		}
		refs = references(refs, l["inbound_nodes"])
	}
	g.learn(refs)
	c["input_layers"], c["output_layers"] = g.counted(c["input_layers"]), g.counted(c["output_layers"])
	for _, e := range list {
		l, ok := e.(map[string]any)
		if !ok {
			continue
		}
		nodes, _ := l["inbound_nodes"].([]any)
		u.At(NameOf(l), func() {
			for i, n := range nodes {
				nodes[i] = u.node2(g, l, n)
			}
		})
	}
}

// node2 converts one call.
func (u *upgrade) node2(g *graph2, l Spec, node any) any {
	if m, ok := node.(map[string]any); ok && (m["args"] != nil || m["kwargs"] != nil) {
		return node // already in the form of Keras 3
	}
	tensors := []any{node}
	_, _, single := Reference(node)
	if _, isConstant := constantValue(node); !single && !isConstant {
		if list, ok := node.([]any); ok {
			tensors = list
		}
	}
	kwargs := map[string]any{}
	first := make([]any, len(tensors))
	for i, t := range tensors {
		first[i] = g.argument(t)
		list, ok := t.([]any)
		if !ok || len(list) != 4 {
			continue
		}
		given, _ := list[3].(map[string]any)
		for k, v := range given {
			kwargs[k] = g.argument(v)
		}
	}
	for k, v := range kwargs {
		if v == nil && (k == "mask" || k == "training" || k == "initial_state" || k == "constants") {
			delete(kwargs, k)
		}
	}
	args := []any{first}
	if len(first) == 1 {
		args = []any{first[0]}
	} else if takesState(l) && len(first) > 1 {
		args = []any{first[0]}
		kwargs["initial_state"] = first[1:]
	}
	if c, _ := l["config"].(map[string]any); kwargs["initial_state"] != nil && takesState(l) && c != nil {
		c["keras2_masks"] = true // the layer sees its sequence's mask beside the states
	}
	return map[string]any{"args": args, "kwargs": kwargs}
}

// takesState reports whether a layer called on several tensors takes those
// after the first as its initial state.
func takesState(l Spec) bool {
	class, _ := l["class_name"].(string)
	switch class {
	case "RNN", "LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D":
		return true
	}
	return false
}

// sequential2 gives the model the InputLayer that its first layer implied.
func (u *upgrade) sequential2(c map[string]any) {
	list, _ := c["layers"].([]any)
	if len(list) == 0 {
		return
	}
	first, _ := list[0].(map[string]any)
	if first["class_name"] == "InputLayer" {
		return
	}
	shape, dtype := inputOf(first)
	if shape == nil {
		shape = c["batch_input_shape"]
	}
	Drop(c, "batch_input_shape")
	if shape == nil {
		return
	}
	c["layers"] = append([]any{map[string]any{
		"class_name": "InputLayer",
		"config":     map[string]any{"name": NameOf(first) + "_input", "batch_shape": shape, "dtype": dtype},
	}}, list...)
}

// inputOf finds the input shape that a layer of a Sequential states, itself or
// by the layer or model within it.
func inputOf(s Spec) (shape, dtype any) {
	for s != nil {
		c, _ := s["config"].(map[string]any)
		if list, ok := s["config"].([]any); ok {
			c = map[string]any{"layers": list}
		}
		for _, key := range []string{"batch_input_shape", "batch_shape"} {
			if shape = c[key]; shape != nil {
				dtype = c["dtype"]
				if d, ok := c["input_dtype"].(string); ok {
					dtype = d
				}
				if d, ok := dtype.(string); !ok || strings.Contains(d, "float") {
					dtype = "float32"
				}
				return shape, dtype
			}
		}
		inner, ok := c["layer"].(map[string]any)
		if list, isModel := c["layers"].([]any); isModel && len(list) > 0 {
			inner, ok = list[0].(map[string]any)
		}
		if !ok || s["class_name"] == "TimeDistributed" {
			return nil, nil
		}
		s = inner
	}
	return nil, nil
}

// activations2 marks functions whose meaning changed in Keras 3.
func (u *upgrade) activations2(c map[string]any) {
	for k, v := range c {
		if k != "activation" && !strings.HasSuffix(k, "_activation") {
			continue
		}
		if m, ok := v.(map[string]any); ok && m["class_name"] == "function" {
			v = m["config"]
		}
		if v == "hard_sigmoid" {
			c[k] = "hard_sigmoid_keras2"
		}
	}
}

// options2 settles the options of Keras' own layers.
func (u *upgrade) options2(s Spec, class string, c map[string]any) {
	switch class {
	case "Merge": // of Keras 1, which Keras 2.0 to 2.2 still had
		u.merge1(s, c)
		if s["class_name"] != "Merge" {
			class, _ := s["class_name"].(string)
			u.options2(s, class, c)
		}
	case "CategoryEncoding": // of TensorFlow 2.3
		Rename(c, "max_tokens", "num_tokens")
		if c["output_mode"] == "binary" {
			c["output_mode"] = "multi_hot"
		}
	case "LeakyReLU":
		Rename(c, "alpha", "negative_slope")
		Preset(c, "negative_slope", 0.3)
		UnwrapNumbers(c, "negative_slope")
	case "ELU":
		UnwrapNumbers(c, "alpha")
	case "ThresholdedReLU":
		UnwrapNumbers(c, "theta")
	case "RandomCrop":
		c["keras2_resize"] = true
	case "Resizing":
		c["stays_float"] = true
	case "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D":
		c["integer_mean"] = true
	case "SpectralNormalization":
		c["keeps_type"] = true
	case "ReLU":
		UnwrapNumbers(c, "max_value", "negative_slope", "threshold")
	case "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization":
		s["class_name"] = "BatchNormalization"
		if list, ok := c["axis"].([]any); ok && len(list) == 1 {
			c["axis"] = list[0]
		}
		c["bessel"] = c["fused"] != false
		Drop(c, "fused", "adjustment", "synchronized")
		if c["virtual_batch_size"] == nil { // which Keras 3 does not know
			Drop(c, "virtual_batch_size")
		}
	case "UpSampling2D":
		if c["interpolation"] == "bilinear" && u.before(2, 4) && !strings.HasSuffix(u.source.KerasVersion, "-tf") {
			c["interpolation"] = "bilinear_from_0" // Keras by itself resized without half-pixel centres
		}
	case "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate":
		c["keras2_masks"] = true
	case "TimeDistributed":
		c["keras2_masks"] = true
	case "Softmax":
		c["keras2_masks"] = true
		if u.before(2, 5) { // 2.4.0 is TensorFlow 2.3 or 2.4, where a mask of steps does not fit
			c["ignores_mask"] = true
		}
	case "LSTM", "LSTMV2", "LSTMV1":
		s["class_name"] = "LSTM"
		Preset(c, "recurrent_activation", "hard_sigmoid_keras2")
	case "GRU", "GRUV2", "GRUV1":
		s["class_name"] = "GRU"
		Preset(c, "recurrent_activation", "hard_sigmoid_keras2")
		Preset(c, "reset_after", false)
	case "LSTMCell", "GRUCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D":
		Preset(c, "recurrent_activation", "hard_sigmoid_keras2")
		if class == "GRUCell" {
			Preset(c, "reset_after", false)
		}
	case "CuDNNLSTM":
		s["class_name"] = "LSTM"
		c["activation"], c["recurrent_activation"] = "tanh", "sigmoid"
	case "CuDNNGRU":
		s["class_name"] = "GRU"
		c["activation"], c["recurrent_activation"], c["reset_after"] = "tanh", "sigmoid", true
	case "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D":
		Drop(c, "noise_shape")
	case "Embedding":
		if u.source.Backend != "theano" {
			c["no_negative_indices"] = true
		}
		if d, ok := c["dtype"].(string); ok && !strings.Contains(d, "float") { // of its input
			delete(c, "dtype")
		}
	case "DepthwiseConv2D", "DepthwiseConv1D":
		Drop(c, "filters", "groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
	case "SeparableConv1D", "SeparableConv2D":
		Drop(c, "groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
	case "Attention", "AdditiveAttention":
		if c["causal"] == true {
			u.Unsupported("causal=true")
		}
		Drop(c, "causal")
	case "MultiHeadAttention":
		c["keras2_masks"] = true
		Drop(c, "query_shape", "key_shape", "value_shape")
	}
}

// UnwrapNumbers takes numbers out of {"type": "ndarray", "value": 0.3}, as
// which Keras 2.2 wrote NumPy scalars.
func UnwrapNumbers(c map[string]any, keys ...string) {
	for _, k := range keys {
		m, ok := c[k].(map[string]any)
		if !ok {
			continue
		}
		v := m["value"]
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		if _, ok := layers.Float(v); ok {
			c[k] = v
		}
	}
}
