package keras

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// class writes what is peculiar to a class: options that only kerasrun has, and
// layers that Keras 3 lacks.
func (z *modernizer) class(s spelling.Spec, c map[string]any, owned []ownedWeight, where string) {
	class, _ := s["class_name"].(string)
	if c["time_major"] == true {
		z.unsupported(where, "time_major")
	}
	spelling.Drop(c, "time_major")
	if c["recurrent_activation"] == oldHardSigmoid {
		c["recurrent_activation"] = "hard_sigmoid"
		z.scaleGates(class, owned, where)
	}
	if c["activation"] == oldHardSigmoid && class != "Activation" {
		c["activation"] = "hard_sigmoid"
		z.scaleInputs(class, owned, where)
	}
	switch {
	case c["padding"] == layers.TheanoSame:
		z.unsupported(where, "padding=same as Theano computed it, with strides or an even window")
	case c["interpolation"] == "bilinear_from_0":
		z.unsupported(where, "interpolation=bilinear without half-pixel centres, as Keras had it up to 2.3.1")
	case strings.HasPrefix(class, "ops."):
		z.operation(s, c, where)
	case class == "Activation" && c["activation"] == oldHardSigmoid:
		z.hardSigmoid(s, c)
	case class == "ThresholdedReLU":
		s["class_name"] = "ReLU"
		c["threshold"], c["negative_slope"], c["max_value"] = orOne(c["theta"]), json.Number("0.0"), nil
		delete(c, "theta")
	case class == "HashedCrossing" && crossed(s) != 2:
		z.unsupported(where, "a crossing of %d features", crossed(s))
	case class == "Dot" && c["cosine"] == true:
		z.unsupported(where, "the merge mode cos")
	case class == "BatchNormalization":
		if mode, _ := layers.Int(c["keras1_mode"]); mode != 0 {
			z.unsupported(where, "mode=%d", mode)
		}
		if axes, ok := c["axis"].([]any); ok && len(axes) > 1 {
			z.unsupported(where, "normalization of several axes")
		}
		if c["bessel"] == true {
			z.note("BatchNormalization of images: in further training Keras 3 keeps the biased variance of the batch, where Keras 2 kept the unbiased one")
		}
		spelling.Drop(c, "bessel")
		if c["virtual_batch_size"] != nil {
			z.note("%s: Keras 3 has no virtual_batch_size; further training takes the statistics of the whole batch", where)
		}
		spelling.Drop(c, "virtual_batch_size")
	case class == "Embedding":
		delete(c, "no_negative_indices") // what was an error may be an answer
	case strings.HasPrefix(class, "SpatialDropout"):
		spelling.Drop(c, "trainable") // alone among layers these and Discretization do not take it
	case class == "Discretization":
		spelling.Drop(c, "trainable")
		z.discretization(c, where)
	case class == "SeparableConv1D" && c["padding"] == "causal":
		z.causal(s, c, where)
	case strings.HasSuffix(class, "DTranspose"):
		if n, ok := layers.Int(c["groups"]); ok && n != 1 {
			z.unsupported(where, "groups=%d", n)
		}
		spelling.Drop(c, "groups")
	case class == "Resizing":
		delete(c, "stays_float")
		if z.whole() {
			z.unsupported(where, "a Resizing that makes floats of integers, which enter this model")
		}
	case strings.HasPrefix(class, "GlobalAveragePooling"):
		delete(c, "integer_mean") // which is refused in Keras 2
	case class == "RandomCrop": // in inference Keras 2 resizes, Keras 3 does nothing
		delete(c, "keras2_resize")
		delete(c, "seed")
		s["class_name"], c["crop_to_aspect_ratio"] = "Resizing", true
		z.note("%s only resizes now: Keras 3 cannot crop in training and resize in inference", where)
	case class == "SpectralNormalization":
		inner, _, _ := layers.ClassAndConfig(c["layer"])
		if inner == "Embedding" && c["keeps_type"] == true {
			z.unsupported(where, "SpectralNormalization of an Embedding, which Keras 3 rounds to integers")
		}
		delete(c, "keeps_type")
	case class == "Lambda":
		z.unsupported(where, "Python code of another version, which a Lambda holds")
	case !slices.Contains(layers.Names(), class):
		s["module"], s["registered_name"] = nil, class
		s["class_name"] = class[strings.LastIndexByte(class, '>')+1:]
		z.note("%s: opening the file needs its class %s as a custom object", where, class)
	case !stockLayers[class]:
		z.unsupported(where, "a %s", class)
	}
}

// crossed counts the features that a HashedCrossing is called on.
func crossed(s spelling.Spec) int {
	nodes, _ := s["inbound_nodes"].([]any)
	if len(nodes) == 0 {
		return 0
	}
	node, _ := nodes[0].(map[string]any)
	args, _ := node["args"].([]any)
	if len(args) == 0 {
		return 0
	}
	list, _ := args[0].([]any)
	return len(list)
}

// discretization sees to a type of integers, to which Keras 3 casts what comes in
// before it looks for the bin.
func (z *modernizer) discretization(c map[string]any, where string) {
	if t, ok := c["dtype"].(string); z.m.origin.Era != 3 && ok && strings.Contains(t, "int") {
		c["dtype"] = "float32"
		z.note("%s: the bins are float32 now, of the same values: Keras 3 would cast what comes in to %s first", where, t)
	}
}

func orOne(v any) any {
	if v == nil {
		return json.Number("1.0")
	}
	return v
}

// oldHardSigmoid is clip(0.2x + 0.5, 0, 1), what Keras called hard_sigmoid until
// version 3, which computes relu6(x + 3)/6. So the old function of x is the new
// one of 1.2x.
const (
	oldHardSigmoid = "hard_sigmoid_keras2"
	hardScale      = 1.2
)

// hardSigmoid puts a chain of two layers in the place of an Activation.
func (z *modernizer) hardSigmoid(s spelling.Spec, c map[string]any) {
	chain(s, c,
		part("Rescaling", "_scale", map[string]any{"scale": hardScale, "offset": 0.0}),
		part("Activation", "_hard_sigmoid", map[string]any{"activation": "hard_sigmoid"}))
}

// causal pads in front of a convolution that Keras 3 does not do by itself.
func (z *modernizer) causal(s spelling.Spec, c map[string]any, where string) {
	kernel, ok := onlyInt(c["kernel_size"], 0)
	dilation, known := onlyInt(c["dilation_rate"], 1)
	if !ok || !known {
		z.unsupported(where, "padding=causal")
		return
	}
	padding := map[string]any{"padding": []any{(kernel - 1) * dilation, 0}}
	if f := c["data_format"]; f != nil {
		padding["data_format"] = f
	}
	config := maps.Clone(c)
	config["padding"] = "valid"
	chain(s, c, part("ZeroPadding1D", "_pad", padding), part("SeparableConv1D", "_valid", config))
}

// onlyInt reads a number, or a list of one.
func onlyInt(v any, otherwise int) (int, bool) {
	if v == nil && otherwise > 0 {
		return otherwise, true
	}
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	return layers.Int(v)
}

// part is a layer of a chain, its name but for what the chain's name adds.
func part(class, suffix string, config map[string]any) map[string]any {
	config["name"] = suffix
	return map[string]any{"module": "keras.layers", "class_name": class, "config": config, "registered_name": nil}
}

// chain puts layers that are called one after the other in the place of one.
func chain(s spelling.Spec, c map[string]any, parts ...map[string]any) {
	name, _ := c["name"].(string)
	list := make([]any, len(parts))
	for i, p := range parts {
		config := p["config"].(map[string]any)
		config["name"] = name + config["name"].(string)
		spelling.Preset(config, "trainable", true)
		if dtype := c["dtype"]; dtype != nil {
			config["dtype"] = dtype
		}
		list[i] = p
	}
	trainable := c["trainable"] != false
	s["class_name"], s["config"] = "Sequential", map[string]any{"name": name, "trainable": trainable, "layers": list}
}

// scaleGates scales what feeds the gates of a recurrent layer.
func (z *modernizer) scaleGates(class string, owned []ownedWeight, where string) {
	switch class {
	case "LSTM", "LSTMCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D": // i, f, c, o
		z.scale(owned, 4, 0, 1, 3)
	case "GRU", "GRUCell": // z, r, h
		z.scale(owned, 3, 0, 1)
	default:
		z.unsupported(where, "the hard_sigmoid of Keras 2 there")
	}
}

// scaleInputs scales what feeds a layer's activation.
func (z *modernizer) scaleInputs(class string, owned []ownedWeight, where string) {
	switch class {
	case "Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
		"DepthwiseConv1D", "DepthwiseConv2D", "SimpleRNN", "SimpleRNNCell":
		z.scale(owned, 1, 0)
	case "SeparableConv1D", "SeparableConv2D":
		z.scale(slices.DeleteFunc(slices.Clone(owned), func(w ownedWeight) bool {
			return z.m.weights[w.index].Name == "depthwise_kernel"
		}), 1, 0)
	case "GRU", "GRUCell":
		z.scale(owned, 3, 2)
	default: // an LSTM applies it to its state too, which no weight scales
		z.unsupported(where, "the hard_sigmoid of Keras 2 as its activation")
	}
}

// scale multiplies weights by hardScale: of their last axis, which holds so many
// gates one after the other, those listed.
func (z *modernizer) scale(owned []ownedWeight, gates int, which ...int) {
	for _, w := range owned {
		old := z.m.weights[w.index].Value
		if v := z.values[w.index]; v != nil {
			old = v
		}
		if old.DType() != runtime.Float32 || len(old.Shape()) == 0 {
			continue
		}
		shape := old.Shape()
		v, err := runtime.NewTensor(runtime.Float32, shape...)
		if err != nil {
			continue // a tensor of this shape exists
		}
		wide := shape[len(shape)-1]
		width := wide / gates
		for i, x := range old.Float32s() {
			if width > 0 && slices.Contains(which, i%wide/width) {
				x = float32(float64(x) * hardScale)
			}
			v.Float32s()[i] = x
		}
		z.values[w.index] = v
	}
	z.note("weights before a hard_sigmoid hold %v times their old values, so that the steps of further training are others", hardScale)
}

// whole reports whether integers enter the model.
func (z *modernizer) whole() bool {
	return slices.ContainsFunc(z.m.inputs, func(p Port) bool { return layers.IsInteger(p.DType) })
}
