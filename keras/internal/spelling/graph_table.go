package spelling

import (
	"encoding/base64"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// graphFunction is how an operation of a TensorFlow graph reads in Keras 3.
type graphFunction struct {
	class      string
	options    map[int]string    // constant inputs that are options, by their places; those < 0 count from the end
	attributes map[string]string // attributes that are options
	list       bool              // all tensors are one argument
}

// graphOperations lists operations of TensorFlow graphs, which Keras 2 of
// TensorFlow 2.0 to 2.3 stored (tensorflow/core/ops).
var graphOperations = map[string]graphFunction{}

func init() {
	for names, class := range map[string]string{
		"Add AddV2": "Add", "Sub": "Subtract", "Mul": "Multiply", "RealDiv Div": "TrueDivide", "FloorDiv": "FloorDivide", "FloorMod": "Mod",
		"Pow": "Power", "Maximum": "Maximum", "Minimum": "Minimum", "SquaredDifference": "SquaredDifference", "Greater": "Greater",
		"GreaterEqual": "GreaterEqual", "Less": "Less", "LessEqual": "LessEqual", "Equal": "Equal", "NotEqual": "NotEqual", "LogicalAnd": "LogicalAnd",
		"LogicalOr": "LogicalOr", "LogicalNot": "LogicalNot", "Abs": "Absolute", "Neg": "Negative", "Exp": "Exp", "Expm1": "Expm1", "Log": "Log",
		"Log1p": "Log1p", "Sqrt": "Sqrt", "Rsqrt": "Rsqrt", "Square": "Square", "Sin": "Sin", "Cos": "Cos", "Tan": "Tan", "Asin": "Arcsin", "Acos": "Arccos",
		"Atan": "Arctan", "Sinh": "Sinh", "Cosh": "Cosh", "Tanh": "Tanh", "Asinh": "Arcsinh", "Acosh": "Arccosh", "Atanh": "Arctanh", "Erf": "Erf",
		"Erfc": "Erfc", "Sigmoid": "Sigmoid", "Floor": "Floor", "Ceil": "Ceil", "Round": "Round", "Sign": "Sign", "Reciprocal Inv": "Reciprocal",
		"Softplus": "Softplus", "Softsign": "Softsign", "Relu": "Relu", "Relu6": "Relu6", "Elu": "Elu", "Selu": "Selu", "Softmax": "Softmax",
		"LogSoftmax": "LogSoftmax", "Identity": "Identity", "StopGradient": "StopGradient", "ZerosLike": "ZerosLike", "OnesLike": "OnesLike",
		"Select SelectV2": "Where", "IsNan": "Isnan", "IsInf": "Isinf", "IsFinite": "Isfinite", "Atan2": "Arctan2", "DivNoNan": "DivideNoNan",
		"MulNoNan": "MultiplyNoNan", "Xdivy": "Xdivy", "BiasAdd": "Add", "Shape": "Shape", "Size": "Size", "Rank": "Ndim",
	} {
		for _, name := range strings.Fields(names) {
			graphOperations[name] = graphFunction{class: class}
		}
	}
	transposed := map[string]string{"transpose_a": "transpose_a", "transpose_b": "transpose_b", "adj_x": "transpose_a", "adj_y": "transpose_b"}
	for _, name := range []string{"MatMul", "BatchMatMul", "BatchMatMulV2"} {
		graphOperations[name] = graphFunction{class: "Matmul", attributes: transposed}
	}
	for _, name := range []string{"Mean", "Sum", "Max", "Min", "Prod", "Any", "All"} {
		graphOperations[name] = graphFunction{class: name, options: map[int]string{1: "axis"}, attributes: map[string]string{"keep_dims": "keepdims"}}
	}
	axis := map[string]string{"axis": "axis"}
	window := map[string]string{"ksize": "pool_size", "strides": "strides", "padding": "padding", "dilations": "dilation_rate"}
	scan := map[string]string{"exclusive": "exclusive", "reverse": "reverse"}
	for name, f := range map[string]graphFunction{
		"ArgMax": {class: "Argmax", options: map[int]string{1: "axis"}}, "ArgMin": {class: "Argmin", options: map[int]string{1: "axis"}},
		"Reshape": {class: "Reshape", options: map[int]string{1: "newshape"}}, "ExpandDims": {class: "ExpandDims", options: map[int]string{1: "axis"}},
		"Transpose": {class: "Transpose", options: map[int]string{1: "axes"}}, "Tile": {class: "Tile", options: map[int]string{1: "repeats"}},
		"ReverseV2": {class: "Flip", options: map[int]string{1: "axis"}}, "BroadcastTo": {class: "BroadcastTo", options: map[int]string{1: "shape"}},
		"Cumsum": {class: "Cumsum", options: map[int]string{1: "axis"}, attributes: scan}, "Cumprod": {class: "Cumprod", options: map[int]string{1: "axis"}, attributes: scan},
		"Pad": {class: "Pad", options: map[int]string{1: "pad_width"}}, "PadV2": {class: "Pad", options: map[int]string{1: "pad_width", 2: "constant_values"}},
		"MirrorPad": {class: "Pad", options: map[int]string{1: "pad_width"}, attributes: map[string]string{"mode": "mode"}},
		"Slice":     {class: "Slice", options: map[int]string{2: "shape"}}, "Cast": {class: "Cast", attributes: map[string]string{"DstT": "dtype"}},
		"Squeeze": {class: "Squeeze", attributes: map[string]string{"squeeze_dims": "axis"}}, "LeakyRelu": {class: "LeakyRelu", attributes: map[string]string{"alpha": "negative_slope"}},
		"ClipByValue": {class: "Clip", options: map[int]string{1: "x_min", 2: "x_max"}},
		"GatherV2":    {class: "Take", options: map[int]string{2: "axis"}, attributes: map[string]string{"batch_dims": "batch_dims"}},
		"OneHot":      {class: "OneHot", options: map[int]string{1: "num_classes", 2: "on_value", 3: "off_value"}, attributes: axis},
		"TopKV2":      {class: "TopK", options: map[int]string{1: "k"}, attributes: map[string]string{"sorted": "sorted"}},
		"Split":       {class: "Split", options: map[int]string{0: "axis"}, attributes: map[string]string{"num_split": "indices_or_sections"}},
		"SplitV":      {class: "Split", options: map[int]string{1: "indices_or_sections", 2: "axis"}},
		"Pack":        {class: "Stack", attributes: axis, list: true}, "Unpack": {class: "Unstack", attributes: map[string]string{"axis": "axis", "num": "num"}},
		"ConcatV2": {class: "Concatenate", options: map[int]string{-1: "axis"}, list: true}, "AddN": {class: "AddN", list: true},
		"Einsum": {class: "Einsum", attributes: map[string]string{"equation": "subscripts"}},
		"Fill":   {class: "FilledTo", options: map[int]string{1: "value"}},
		"Conv2D": {class: "Conv", attributes: window}, "DepthwiseConv2dNative": {class: "DepthwiseConv", attributes: window},
		"MaxPool": {class: "MaxPool", attributes: window}, "AvgPool": {class: "AveragePool", attributes: window},
		"ResizeBilinear":        {class: "Resize", options: map[int]string{1: "size"}, attributes: map[string]string{"half_pixel_centers": "half_pixel_centers"}},
		"ResizeNearestNeighbor": {class: "Resize", options: map[int]string{1: "size"}, attributes: map[string]string{"half_pixel_centers": "half_pixel_centers"}},
		"DepthToSpace":          {class: "DepthToSpace", attributes: blocks}, "SpaceToDepth": {class: "SpaceToDepth", attributes: blocks},
		"MatrixBandPart": {class: "BandPart", options: map[int]string{1: "num_lower", 2: "num_upper"}},
	} {
		graphOperations[name] = f
	}
}

// attributes reads the attributes of an operation that are options here, and refuses
// those that say what is not done.
func (u *upgrade) attributes(name string, f graphFunction, c, given map[string]any) {
	for from, to := range f.attributes {
		v := attribute(given[from])
		if b, ok := v.(bool); ok && !b && to != "keepdims" || v == nil {
			continue
		}
		if list, ok := v.([]any); ok && len(list) == 4 && to != "axis" { // of batch, height, width and channels
			v = list[1:3]
		}
		c[to] = v
	}
	for key, plain := range map[string]string{"data_format": "NHWC", "align_corners": "", "explicit_paddings": ""} {
		switch v := attribute(given[key]).(type) {
		case nil:
		case string:
			if v != plain {
				u.Unsupported("%s=%s of the TensorFlow graph operation %s", key, v, name)
			}
		case bool:
			if v {
				u.Unsupported("%s of the TensorFlow graph operation %s", key, name)
			}
		case []any:
			if len(v) > 0 {
				u.Unsupported("%s of the TensorFlow graph operation %s", key, name)
			}
		}
	}
}

// attribute reads an attribute as protobuf's JSON writes it: a number, a text, true
// or false, a type, or a list of numbers.
func attribute(v any) any {
	m, _ := v.(map[string]any)
	if list, ok := m["list"].(map[string]any); ok {
		var out []any
		numbers, _ := list["i"].([]any)
		for _, n := range numbers {
			out = append(out, attribute(map[string]any{"i": n}))
		}
		return out
	}
	if text, ok := m["s"].(string); ok {
		if plain, err := base64.StdEncoding.DecodeString(text); err == nil {
			return string(plain)
		}
		return text
	}
	if text, ok := m["i"].(string); ok {
		if n, whole := wholeText(text); whole {
			return float64(n)
		}
	}
	if text, ok := m["type"].(string); ok {
		name := strings.ToLower(strings.TrimPrefix(text, "DT_"))
		if name == "float" {
			return "float32"
		}
		return name
	}
	for _, key := range []string{"i", "f", "b"} {
		if e, ok := m[key]; ok {
			return e
		}
	}
	return nil
}

// settleGraph mends what is another meaning in the operation of Keras 3.
func (u *upgrade) settleGraph(name string, c map[string]any) {
	switch name {
	case "OneHot":
		on, _ := layers.Float(c["on_value"])
		off, _ := layers.Float(c["off_value"])
		if on != 1 || off != 0 {
			u.Unsupported("on_value=%s and off_value=%s of the TensorFlow graph operation OneHot", Short(c["on_value"]), Short(c["off_value"]))
		}
		Drop(c, "on_value", "off_value")
	case "MirrorPad":
		if mode, ok := c["mode"].(string); ok {
			c["mode"] = strings.ToLower(mode)
		}
	case "ResizeBilinear", "ResizeNearestNeighbor":
		if c["half_pixel_centers"] != true {
			u.Unsupported("the TensorFlow graph operation %s without half pixels", name)
		}
		delete(c, "half_pixel_centers")
		if name == "ResizeNearestNeighbor" {
			c["interpolation"] = "nearest"
		}
	case "Squeeze":
		if list, ok := c["axis"].([]any); ok && len(list) == 0 {
			delete(c, "axis")
		}
	case "MaxPool", "AvgPool":
		delete(c, "dilation_rate")
	case "SplitV":
		u.adjust("Split", c)
	}
}
