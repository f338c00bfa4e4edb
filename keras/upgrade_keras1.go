package keras

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// keras1 rewrites a layer of Keras 1 as Keras 2 spells it. Names and keys are
// those of keras 1.2.2 and of the table in keras 2.2.4, legacy/interfaces.py.
func (u *upgrade) keras1(s spec, c map[string]any) {
	class, _ := s["class_name"].(string)
	u.common1(c)
	switch class {
	case "Sequential":
		u.sequential1(s, c)
	case "Merge":
		u.merge1(s, c)
	case "Dense", "MaxoutDense", "Highway":
		dense1(c)
	case "TimeDistributedDense":
		inner := map[string]any{}
		for k, v := range c {
			if k != "batch_input_shape" && k != "input_dtype" && k != "input_length" {
				inner[k] = v
				delete(c, k)
			}
		}
		dense1(inner)
		c["name"], c["trainable"] = inner["name"], inner["trainable"]
		s["class_name"], c["layer"] = "TimeDistributed", map[string]any{"class_name": "Dense", "config": inner}
	case "Convolution1D", "AtrousConvolution1D", "Conv1D":
		s["class_name"] = "Conv1D"
		rename(c, "filter_length", "kernel_size")
		rename(c, "subsample_length", "strides")
		u.convolution1(c)
	case "Convolution2D", "AtrousConvolution2D", "Conv2D":
		s["class_name"] = "Conv2D"
		u.convolution1(c)
	case "Deconvolution2D":
		s["class_name"] = "Conv2DTranspose"
		drop(c, "output_shape")
		u.convolution1(c)
	case "SeparableConvolution2D":
		s["class_name"] = "SeparableConv2D"
		u.convolution1(c)
	case "Convolution3D", "Conv3D":
		s["class_name"] = "Conv3D"
		u.convolution1(c)
	case "LocallyConnected1D":
		rename(c, "filter_length", "kernel_size")
		rename(c, "subsample_length", "strides")
		u.convolution1(c)
	case "LocallyConnected2D", "ConvLSTM2D":
		u.convolution1(c)
		recurrent1(c)
	case "LSTM", "GRU", "SimpleRNN":
		recurrent1(c)
		if class == "GRU" {
			c["reset_after"] = false
		}
	case "Embedding":
		rename(c, "init", "embeddings_initializer")
		rename(c, "W_regularizer", "embeddings_regularizer")
		rename(c, "W_constraint", "embeddings_constraint")
		drop(c, "dropout", "weights")
	case "BatchNormalization":
		u.normalization1(c)
	case "PReLU":
		rename(c, "init", "alpha_initializer")
		drop(c, "weights")
	case "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout":
		rename(c, "p", "rate")
		ordering1(c)
	case "GaussianNoise":
		rename(c, "sigma", "stddev")
	case "MaxPooling1D", "AveragePooling1D":
		rename(c, "pool_length", "pool_size")
		rename(c, "stride", "strides")
		rename(c, "border_mode", "padding")
	case "UpSampling1D":
		rename(c, "length", "size")
	case "ZeroPadding1D", "ZeroPadding2D":
		c["padding"] = padding1(c["padding"])
		ordering1(c)
	case "Activation", "Flatten", "Reshape", "Permute", "RepeatVector", "Masking", "Lambda", "InputLayer", "Model", "Bidirectional", "TimeDistributed":
	default:
		rename(c, "border_mode", "padding")
		ordering1(c)
	}
}

// common1 renames what many layers have.
func (u *upgrade) common1(c map[string]any) {
	for k, v := range c {
		switch {
		case strings.HasSuffix(k, "_regularizer"):
			c[k] = u.regularizer1(v)
		case strings.HasSuffix(k, "_constraint"):
			c[k] = u.constraint1(v)
		case k == "init" || strings.HasSuffix(k, "_init"):
			c[k] = initializer1(v)
		}
	}
}

// weights1 renames the options of a kernel and a bias.
func weights1(c map[string]any) {
	rename(c, "init", "kernel_initializer")
	rename(c, "bias", "use_bias")
	rename(c, "W_regularizer", "kernel_regularizer")
	rename(c, "b_regularizer", "bias_regularizer")
	rename(c, "W_constraint", "kernel_constraint")
	rename(c, "b_constraint", "bias_constraint")
}

func dense1(c map[string]any) {
	rename(c, "output_dim", "units")
	weights1(c)
	drop(c, "input_dim", "input_length")
}

func (u *upgrade) convolution1(c map[string]any) {
	rename(c, "nb_filter", "filters")
	kernel := []any{}
	for _, k := range []string{"nb_row", "nb_col", "kernel_dim1", "kernel_dim2", "kernel_dim3"} {
		if n, ok := c[k]; ok {
			kernel = append(kernel, n)
			delete(c, k)
		}
	}
	if len(kernel) > 0 {
		c["kernel_size"] = kernel
	}
	rename(c, "subsample", "strides")
	rename(c, "atrous_rate", "dilation_rate")
	rename(c, "border_mode", "padding")
	if c["padding"] == "full" {
		u.unsupported("border_mode=full")
	}
	weights1(c)
	ordering1(c)
	drop(c, "input_dim")
}

func ordering1(c map[string]any) {
	rename(c, "dim_ordering", "data_format")
	switch c["data_format"] {
	case "tf":
		c["data_format"] = "channels_last"
	case "th":
		c["data_format"] = "channels_first"
	case "default":
		delete(c, "data_format")
	}
}

func recurrent1(c map[string]any) {
	rename(c, "output_dim", "units")
	rename(c, "inner_init", "recurrent_initializer")
	rename(c, "inner_activation", "recurrent_activation")
	rename(c, "U_regularizer", "recurrent_regularizer")
	rename(c, "U_constraint", "recurrent_constraint")
	rename(c, "dropout_W", "dropout")
	rename(c, "dropout_U", "recurrent_dropout")
	if v, ok := c["forget_bias_init"]; ok {
		delete(c, "forget_bias_init")
		c["unit_forget_bias"] = v == "ones"
	}
	weights1(c)
	drop(c, "input_dim", "input_length")
}

func (u *upgrade) normalization1(c map[string]any) {
	rename(c, "beta_init", "beta_initializer")
	rename(c, "gamma_init", "gamma_initializer")
	if mode, ok := layers.Int(c["mode"]); ok && mode != 0 {
		u.unsupported("mode=%d, normalization by the batch at hand", mode)
	}
	drop(c, "mode", "weights")
}

// padding1 brings the forms of ZeroPadding's option together: a number, a pair,
// four numbers, or a dictionary of them.
func padding1(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if _, oneD := x["left_pad"]; oneD && x["top_pad"] == nil && x["bottom_pad"] == nil {
			return []any{orZero(x["left_pad"]), orZero(x["right_pad"])}
		}
		return []any{
			[]any{orZero(x["top_pad"]), orZero(x["bottom_pad"])},
			[]any{orZero(x["left_pad"]), orZero(x["right_pad"])},
		}
	case []any:
		if len(x) == 4 {
			return []any{[]any{x[0], x[1]}, []any{x[2], x[3]}}
		}
	}
	return v
}

func orZero(v any) any {
	if v == nil {
		return 0
	}
	return v
}

func initializer1(v any) any {
	switch v {
	case "zero":
		return "zeros"
	case "one":
		return "ones"
	case "uniform":
		return "random_uniform"
	case "normal":
		return "random_normal"
	}
	return v
}

func (u *upgrade) regularizer1(v any) any {
	m, ok := v.(map[string]any)
	if !ok || m["class_name"] != nil {
		return v
	}
	name, _ := m["name"].(string)
	switch name {
	case "L1L2Regularizer", "WeightRegularizer", "ActivityRegularizer", "l1", "l2", "l1l2", "":
		return map[string]any{"class_name": "L1L2", "config": map[string]any{"l1": orZero(m["l1"]), "l2": orZero(m["l2"])}}
	}
	u.unsupported("regularizer %s", name)
	return nil
}

func (u *upgrade) constraint1(v any) any {
	m, ok := v.(map[string]any)
	if !ok || m["class_name"] != nil {
		return v
	}
	config := map[string]any{}
	for k, e := range m {
		if k != "name" {
			config[k] = e
		}
	}
	rename(config, "m", "max_value")
	rename(config, "low", "min_value")
	rename(config, "high", "max_value")
	name, _ := m["name"].(string)
	return map[string]any{"class_name": name, "config": config}
}

// merge1 turns a Merge layer into the layer that does one of its modes.
func (u *upgrade) merge1(s spec, c map[string]any) {
	mode, _ := c["mode"].(string)
	class := map[string]string{"sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum", "dot": "Dot"}[mode]
	if kind, ok := c["mode_type"].(string); ok && kind != "raw" || class == "" {
		u.unsupported("Merge with mode=%s", short(c["mode"]))
		return
	}
	s["class_name"] = class
	rename(c, "concat_axis", "axis")
	rename(c, "dot_axes", "axes")
	axes, _ := c["axes"].([]any)
	for i, a := range axes { // [[1], [1]]
		if list, ok := a.([]any); ok && len(list) == 1 {
			axes[i] = list[0]
		}
	}
	switch class {
	case "Concatenate":
		drop(c, "axes")
	case "Dot":
		drop(c, "axis")
	default:
		drop(c, "axis", "axes")
	}
	drop(c, "mode", "mode_type", "output_shape", "output_shape_type", "output_mask", "output_mask_type", "arguments", "layers")
}

// sequential1 makes a functional model of a Sequential that begins by merging
// others. The layers of those stand beside the rest, as in the file's weights
// (keras 1.2.2 models.py, flattened_layers).
func (u *upgrade) sequential1(s spec, c map[string]any) {
	list, _ := c["layers"].([]any)
	if !startsWithMerge(list) {
		return
	}
	f := &flattening{u: u, seen: map[string]bool{}}
	out := f.sequence(list, 0)
	name, _ := c["name"].(string)
	s["class_name"] = "Model"
	s["config"] = map[string]any{"name": name, "layers": f.layers, "input_layers": f.inputs, "output_layers": []any{out}}
}

func startsWithMerge(list []any) bool {
	if len(list) == 0 {
		return false
	}
	first, _ := list[0].(map[string]any)
	c, _ := first["config"].(map[string]any)
	_, branches := c["layers"].([]any)
	return first["class_name"] == "Merge" && branches
}

// flattening collects the layers of merged Sequentials.
type flattening struct {
	u      *upgrade
	layers []any
	inputs []any
	seen   map[string]bool
}

// sequence adds a chain of layers and returns a reference to its output.
func (f *flattening) sequence(list []any, depth int) any {
	if depth > layers.MaxNesting {
		f.u.broken("Merge layers are nested deeper than %d", layers.MaxNesting)
		return nil
	}
	var from []any
	for i, e := range list {
		s, _ := e.(map[string]any)
		c, _ := s["config"].(map[string]any)
		switch {
		case i == 0 && startsWithMerge(list):
			branches, _ := c["layers"].([]any)
			for _, b := range branches {
				from = append(from, f.branch(b, depth))
			}
		case i == 0 && s["class_name"] != "InputLayer":
			shape, dtype := inputOf(s)
			if shape == nil {
				f.u.unsupported("a merged model whose first layer, %q, has no input shape", specName(s))
			}
			from = []any{f.add(map[string]any{"class_name": "InputLayer", "config": map[string]any{
				"name": specName(s) + "_input", "batch_input_shape": shape, "dtype": dtype}}, nil)}
		}
		from = []any{f.add(s, from)}
	}
	if len(from) != 1 {
		return nil
	}
	return from[0]
}

func (f *flattening) branch(b any, depth int) any {
	s, _ := b.(map[string]any)
	if s["class_name"] != "Sequential" {
		f.u.unsupported("Merge of a %s", short(s["class_name"]))
		return nil
	}
	list, _ := s["config"].([]any)
	if c, ok := s["config"].(map[string]any); ok {
		list, _ = c["layers"].([]any)
	}
	return f.sequence(list, depth+1)
}

// add adds a call of a layer.
func (f *flattening) add(s spec, from []any) any {
	name := specName(s)
	for f.seen[name] || name == "" {
		name = fmt.Sprintf("%s_%d", name, len(f.layers))
	}
	f.seen[name] = true
	l := map[string]any{"class_name": s["class_name"], "config": s["config"], "name": name, "inbound_nodes": []any{}}
	if from != nil {
		l["inbound_nodes"] = []any{from}
	} else {
		f.inputs = append(f.inputs, []any{name, 0, 0})
	}
	f.layers = append(f.layers, l)
	return []any{name, 0, 0}
}
