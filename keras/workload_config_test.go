package keras

import (
	"fmt"
	"strings"
)

// functional writes the configuration of a Functional model layer by layer.
type functional []string

// add appends a layer that is called on others and returns its name.
func (f *functional) add(class, config string, inputs ...string) string {
	name := fmt.Sprint("l", len(*f))
	for i, input := range inputs {
		inputs[i] = fmt.Sprintf(`[%q, 0, 0, {}]`, input)
	}
	if class == "MultiHeadAttention" { // of the input with itself
		inputs[0] = strings.Replace(inputs[0], "{}", `{"value": `+strings.Replace(inputs[0], ", {}", "", 1)+`}`, 1)
	}
	nodes := "[]"
	if len(inputs) > 0 {
		nodes = "[[" + strings.Join(inputs, ", ") + "]]"
	}
	*f = append(*f, fmt.Sprintf(`{"class_name": %q, "name": %q, "config": {"name": %q, %s}, "inbound_nodes": %s}`, class, name, name, config, nodes))
	return name
}

func (f *functional) input(shape ...int) string {
	return f.add("InputLayer", `"dtype": "float32", "batch_input_shape": [null, `+strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")+"]")
}

func (f *functional) dense(units int, activation, input string) string {
	return f.add("Dense", fmt.Sprintf(`"units": %d, "activation": %q`, units, activation), input)
}

// conv is a convolution that keeps the size, depthwise without filters, with batch
// normalization and a rectifier after it.
func (f *functional) conv(filters, kernel int, input string) string {
	class, outputs := "Conv2D", fmt.Sprintf(`"filters": %d`, filters)
	if filters == 0 {
		class, outputs = "DepthwiseConv2D", `"depth_multiplier": 1`
	}
	y := f.add(class, fmt.Sprintf(`%s, "kernel_size": [%d, %d], "padding": "same", "use_bias": false`, outputs, kernel, kernel), input)
	return f.add("ReLU", `"max_value": 6.0`, f.add("BatchNormalization", `"axis": [3], "epsilon": 0.001`, y))
}

// output is the whole configuration.
func (f *functional) output(name string) string {
	return fmt.Sprintf(`{"class_name": "Functional", "keras_version": "2.15.0", "backend": "tensorflow", "config": {"name": "model", "layers": [%s], "input_layers": [["l0", 0, 0]], "output_layers": [[%q, 0, 0]]}}`,
		strings.Join(*f, ", "), name)
}

func mlpConfig() string {
	f := functional{}
	y := f.dense(512, "relu", f.dense(512, "relu", f.input(784)))
	return f.output(f.dense(10, "softmax", y))
}

func convnetConfig() string {
	f := functional{}
	y := f.input(28, 28, 1)
	for _, filters := range []int{32, 64} {
		y = f.add("Conv2D", fmt.Sprintf(`"filters": %d, "kernel_size": [3, 3], "activation": "relu"`, filters), y)
	}
	y = f.add("Flatten", `"trainable": true`, f.add("MaxPooling2D", `"pool_size": [2, 2]`, y))
	return f.output(f.dense(10, "softmax", f.dense(128, "relu", y)))
}

// mobileConfig is an inverted residual of MobileNetV2.
func mobileConfig() string {
	f := functional{}
	x := f.input(56, 56, 24)
	y := f.conv(0, 3, f.conv(144, 1, x))
	return f.output(f.add("Add", `"trainable": true`, x, f.conv(24, 1, y)))
}

// residualConfig is a bottleneck of ResNet50.
func residualConfig() string {
	f := functional{}
	x := f.input(56, 56, 256)
	y := f.conv(64, 3, f.conv(64, 1, x))
	return f.output(f.add("Add", `"trainable": true`, x, f.conv(256, 1, y)))
}

func recurrentConfig(class string) string {
	f := functional{}
	y := f.add(class, `"units": 128, "return_sequences": true`, f.input(100, 32))
	return f.output(f.dense(1, "linear", f.add(class, `"units": 128`, y)))
}

func encoderConfig() string {
	const norm = `"axis": [-1], "epsilon": 1e-6`
	f := functional{}
	y := f.input(128, 256)
	for range 4 {
		attended := f.add("MultiHeadAttention", `"num_heads": 8, "key_dim": 32`, y)
		y = f.add("LayerNormalization", norm, f.add("Add", `"trainable": true`, y, attended))
		forward := f.dense(256, "linear", f.dense(1024, "gelu", y))
		y = f.add("LayerNormalization", norm, f.add("Add", `"trainable": true`, y, forward))
	}
	return f.output(f.dense(10, "softmax", f.add("GlobalAveragePooling1D", `"trainable": true`, y)))
}
