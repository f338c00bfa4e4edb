package spelling

import (
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// keras1 rewrites a layer of Keras 1 as Keras 2 spells it. Names and keys are
// those of keras 1.2.2 and of the table in keras 2.2.4, legacy/interfaces.py.
func (u *upgrade) keras1(s Spec, c map[string]any) {
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
		Rename(c, "filter_length", "kernel_size")
		Rename(c, "subsample_length", "strides")
		u.convolution1(s, c)
	case "Convolution2D", "AtrousConvolution2D", "Conv2D":
		s["class_name"] = "Conv2D"
		u.convolution1(s, c)
	case "Deconvolution2D":
		s["class_name"] = "Conv2DTranspose"
		Drop(c, "output_shape")
		u.convolution1(s, c)
	case "SeparableConvolution2D":
		s["class_name"] = "SeparableConv2D"
		u.convolution1(s, c)
	case "Convolution3D", "Conv3D":
		s["class_name"] = "Conv3D"
		u.convolution1(s, c)
	case "LocallyConnected1D":
		Rename(c, "filter_length", "kernel_size")
		Rename(c, "subsample_length", "strides")
		u.convolution1(s, c)
	case "LocallyConnected2D", "ConvLSTM2D":
		u.convolution1(s, c)
		recurrent1(c)
	case "LSTM", "GRU", "SimpleRNN":
		recurrent1(c)
		if class == "GRU" {
			c["reset_after"] = false
		}
	case "Embedding":
		Rename(c, "init", "embeddings_initializer")
		Rename(c, "W_regularizer", "embeddings_regularizer")
		Rename(c, "W_constraint", "embeddings_constraint")
		Drop(c, "dropout", "weights")
	case "BatchNormalization":
		u.normalization1(c)
	case "PReLU":
		Rename(c, "init", "alpha_initializer")
		Drop(c, "weights")
	case "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout":
		Rename(c, "p", "rate")
		u.ordering1(s, c)
	case "GaussianNoise":
		Rename(c, "sigma", "stddev")
	case "MaxPooling1D", "AveragePooling1D":
		Rename(c, "pool_length", "pool_size")
		Rename(c, "stride", "strides")
		Rename(c, "border_mode", "padding")
	case "UpSampling1D":
		Rename(c, "length", "size")
	case "ZeroPadding1D", "ZeroPadding2D":
		c["padding"] = padding1(c["padding"])
		u.ordering1(s, c)
	case "Activation", "Flatten", "Reshape", "Permute", "RepeatVector", "Masking", "Lambda", "InputLayer", "Model", "Bidirectional", "TimeDistributed":
	default:
		Rename(c, "border_mode", "padding")
		u.ordering1(s, c)
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
	Rename(c, "init", "kernel_initializer")
	Rename(c, "bias", "use_bias")
	Rename(c, "W_regularizer", "kernel_regularizer")
	Rename(c, "b_regularizer", "bias_regularizer")
	Rename(c, "W_constraint", "kernel_constraint")
	Rename(c, "b_constraint", "bias_constraint")
}

func dense1(c map[string]any) {
	Rename(c, "output_dim", "units")
	weights1(c)
	Drop(c, "input_dim", "input_length")
}

func (u *upgrade) convolution1(s Spec, c map[string]any) {
	Rename(c, "nb_filter", "filters")
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
	Rename(c, "subsample", "strides")
	Rename(c, "atrous_rate", "dilation_rate")
	Rename(c, "border_mode", "padding")
	if c["padding"] == "full" {
		u.Unsupported("border_mode=full")
	}
	weights1(c)
	u.ordering1(s, c)
	Drop(c, "input_dim")
}

func (u *upgrade) ordering1(s Spec, c map[string]any) {
	Rename(c, "dim_ordering", "data_format")
	if c["data_format"] == nil && writesNoOrdering[s["class_name"]] && u.ordering != "" {
		c["data_format"] = u.ordering
	}
	switch c["data_format"] {
	case "tf":
		c["data_format"] = "channels_last"
	case "th":
		c["data_format"] = "channels_first"
	case "default":
		delete(c, "data_format")
	}
}

// writesNoOrdering has the layers whose configuration in Keras 1 does not say where
// the channels are; its other layers do.
var writesNoOrdering = map[any]bool{"ZeroPadding2D": true, "ZeroPadding3D": true, "UpSampling2D": true, "UpSampling3D": true, "Cropping2D": true, "Cropping3D": true}

// orderingOf returns the first ordering of axes that is written anywhere in a
// model.
func orderingOf(v any) string {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			if o := orderingOf(e); o != "" {
				return o
			}
		}
	case map[string]any:
		if o, ok := x["dim_ordering"].(string); ok && o != "default" {
			return o
		}
		for _, k := range layers.SortedKeys(x) {
			if o := orderingOf(x[k]); o != "" {
				return o
			}
		}
	}
	return ""
}

func recurrent1(c map[string]any) {
	Rename(c, "output_dim", "units")
	Rename(c, "inner_init", "recurrent_initializer")
	Rename(c, "inner_activation", "recurrent_activation")
	Rename(c, "U_regularizer", "recurrent_regularizer")
	Rename(c, "U_constraint", "recurrent_constraint")
	Rename(c, "dropout_W", "dropout")
	Rename(c, "dropout_U", "recurrent_dropout")
	if v, ok := c["forget_bias_init"]; ok {
		delete(c, "forget_bias_init")
		c["unit_forget_bias"] = v == "ones"
	}
	weights1(c)
	Drop(c, "input_dim", "input_length")
}

func (u *upgrade) normalization1(c map[string]any) {
	Rename(c, "beta_init", "beta_initializer")
	Rename(c, "gamma_init", "gamma_initializer")
	if mode, ok := layers.Int(c["mode"]); ok && mode != 0 {
		c["keras1_mode"] = mode
	}
	Drop(c, "mode", "weights")
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
	u.Unsupported("regularizer %s", name)
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
	Rename(config, "m", "max_value")
	Rename(config, "low", "min_value")
	Rename(config, "high", "max_value")
	name, _ := m["name"].(string)
	return map[string]any{"class_name": name, "config": config}
}
