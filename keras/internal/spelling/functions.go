package spelling

import "maps"

// moreFunctions are functions of TensorFlow that few models call, by their names in
// TFOpLambda.
var moreFunctions = map[string]operation{
	"math.add_n": {class: "AddN"}, "math.is_nan": {class: "Isnan"}, "math.is_inf": {class: "Isinf"}, "math.is_finite": {class: "Isfinite"},
	"math.acos": {class: "Arccos"}, "math.asin": {class: "Arcsin"}, "math.atan": {class: "Arctan"}, "math.acosh": {class: "Arccosh"},
	"math.asinh": {class: "Arcsinh"}, "math.atanh": {class: "Arctanh"}, "math.tan": {class: "Tan"}, "math.sinh": {class: "Sinh"}, "math.cosh": {class: "Cosh"},
	"math.erfc": {class: "Erfc"}, "math.erfinv": {class: "Erfinv"}, "math.log_sigmoid": {class: "LogSigmoid"},
	"math.atan2": {class: "Arctan2", tensors: []string{"x"}}, "math.divide_no_nan": {class: "DivideNoNan", tensors: []string{"y"}},
	"math.multiply_no_nan": {class: "MultiplyNoNan", tensors: []string{"y"}}, "math.xdivy": {class: "Xdivy", tensors: []string{"y"}},
	"math.count_nonzero": {class: "CountNonzero", options: axisOnly}, "math.reduce_logsumexp": {class: "Logsumexp", options: reduction},
	"math.reduce_euclidean_norm": {class: "Norm", options: reduction}, "math.cumprod": {class: "Cumprod", options: scan},
	"math.cumsum": {class: "Cumsum", options: scan},
	"norm":        {class: "Norm", options: map[string]string{"ord": "ord", "axis": "axis", "keepdims": "keepdims"}},

	"convert_to_tensor": {class: "ConvertToTensor", options: map[string]string{"dtype": "dtype"}}, "shape": {class: "Shape"}, "size": {class: "Size"}, "rank": {class: "Ndim"},
	"ones_like": {class: "OnesLike", options: map[string]string{"dtype": "dtype"}}, "zeros_like": {class: "ZerosLike", options: map[string]string{"dtype": "dtype"}},
	"ones": {class: "FilledTo", options: map[string]string{"dtype": "dtype"}}, "zeros": {class: "FilledTo", options: map[string]string{"dtype": "dtype"}},
	"fill": {class: "FilledTo", options: map[string]string{"value": "value"}}, "broadcast_to": {class: "BroadcastTo", options: map[string]string{"shape": "shape"}},
	"sort": {class: "Sort", options: axisOnly}, "argsort": {class: "Argsort", options: axisOnly}, "roll": {class: "Roll", options: map[string]string{"shift": "shift", "axis": "axis"}},
	"searchsorted": {class: "SearchSorted", tensors: []string{"values"}, options: map[string]string{"side": "side"}},
	"slice":        {class: "Slice", tensors: []string{"begin"}, options: map[string]string{"size": "shape"}}, "tensordot": {class: "Tensordot", tensors: []string{"b"}, options: map[string]string{"axes": "axes"}},
	"linalg.band_part": {class: "BandPart", options: map[string]string{"num_lower": "num_lower", "num_upper": "num_upper"}},
	"linalg.diag_part": {class: "Diagonal"}, "linalg.trace": {class: "Trace"},

	"nn.bias_add": {class: "Add", tensors: []string{"bias"}}, "nn.depth_to_space": {class: "DepthToSpace", options: blocks}, "nn.space_to_depth": {class: "SpaceToDepth", options: blocks},
	"nn.max_pool": {class: "MaxPool", options: pool}, "nn.max_pool2d": {class: "MaxPool", options: pool}, "nn.max_pool1d": {class: "MaxPool", options: pool},
	"nn.avg_pool": {class: "AveragePool", options: pool}, "nn.avg_pool2d": {class: "AveragePool", options: pool}, "nn.avg_pool1d": {class: "AveragePool", options: pool},
	"nn.conv2d":           {class: "Conv", tensors: []string{"filter"}, options: windows},
	"nn.conv1d":           {class: "Conv", tensors: []string{"filters"}, options: map[string]string{"stride": "strides", "padding": "padding"}},
	"nn.depthwise_conv2d": {class: "DepthwiseConv", tensors: []string{"filter"}, options: windows},
	"image.resize": {class: "Resize", options: map[string]string{"size": "size", "method": "interpolation", "antialias": "antialias",
		"preserve_aspect_ratio": "preserve_aspect_ratio"}},
	"image.rgb_to_grayscale": {class: "RGBToGrayscale"}, "image.flip_left_right": {class: "Flip"}, "image.flip_up_down": {class: "Flip"},
	"image.crop_to_bounding_box": {class: "CropImages", options: map[string]string{"offset_height": "top_cropping", "offset_width": "left_cropping",
		"target_height": "target_height", "target_width": "target_width"}},
	"image.pad_to_bounding_box": {class: "PadImages", options: map[string]string{"offset_height": "top_padding", "offset_width": "left_padding",
		"target_height": "target_height", "target_width": "target_width"}},
}

var (
	blocks  = map[string]string{"block_size": "block_size"}
	pool    = map[string]string{"ksize": "pool_size", "strides": "strides", "padding": "padding"}
	windows = map[string]string{"strides": "strides", "padding": "padding", "dilations": "dilation_rate"}
	scan    = map[string]string{"axis": "axis", "exclusive": "exclusive", "reverse": "reverse"}
)

func init() {
	maps.Copy(functions, moreFunctions)
	for _, name := range []string{"shape", "size", "norm", "nn.conv1d", "nn.conv2d", "nn.depthwise_conv2d", "ones_like", "zeros_like"} {
		sameFunctions["compat.v1."+name] = name
	}
	maps.Copy(sameFunctions, map[string]string{
		"concat_v2": "concat", "math.mul": "math.multiply", "compat.v1.math.reduce_min": "math.reduce_min", "compat.v1.math.argmin": "math.argmin",
		"compat.v1.count_nonzero": "math.count_nonzero", "linalg.norm": "norm", "linalg.tensordot": "tensordot", "tensor_diag_part": "linalg.diag_part",
		"linalg.tensor_diag_part": "linalg.diag_part", "compat.v1.nn.max_pool": "nn.max_pool", "compat.v1.nn.depth_to_space": "nn.depth_to_space",
		"compat.v1.nn.space_to_depth": "nn.space_to_depth", "compat.v1.convert_to_tensor": "convert_to_tensor", "compat.v1.image.resize": "image.resize",
	})
}

// settle is adjust for functions that differ from the operation in more than names;
// given are the arguments that the operation does not know.
func (u *upgrade) settle(function string, c, given map[string]any) {
	switch function {
	case "math.cumsum", "math.cumprod":
		Preset(c, "axis", 0)
	case "sort", "argsort":
		if d := given["direction"]; d != nil && d != "ASCENDING" {
			u.Unsupported("direction=%s of the TensorFlow function %s", Short(d), function)
		}
		Drop(given, "direction", "stable")
	case "norm":
		if c["ord"] == "euclidean" && c["axis"] != nil {
			delete(c, "ord")
		}
	case "ones":
		c["value"] = 1.0
	case "ones_like", "zeros_like":
		Drop(given, "optimize")
	case "linalg.diag_part", "linalg.trace":
		if function == "linalg.diag_part" {
			Drop(given, "align")
		}
		c["axis1"], c["axis2"] = -2.0, -1.0
	case "image.flip_left_right":
		c["axis"] = -2.0
	case "image.flip_up_down":
		c["axis"] = -3.0
	case "nn.max_pool", "nn.max_pool2d", "nn.max_pool1d", "nn.avg_pool", "nn.avg_pool2d", "nn.avg_pool1d", "nn.conv2d", "nn.conv1d", "nn.depthwise_conv2d":
		for _, key := range []string{"pool_size", "strides", "dilation_rate"} {
			if list, ok := c[key].([]any); ok && len(list) == 4 {
				c[key] = list[1:3]
			}
			if c[key] == nil {
				delete(c, key)
			}
		}
		u.channelsLast(function, given)
	case "nn.depth_to_space", "nn.space_to_depth", "nn.bias_add":
		u.channelsLast(function, given)
	}
}

// channelsLast takes away an argument that says what is the case anyway.
func (u *upgrade) channelsLast(function string, given map[string]any) {
	switch f := given["data_format"]; f {
	case nil, "NHWC", "NWC":
		Drop(given, "data_format")
	default:
		u.Unsupported("data_format=%s of the TensorFlow function %s", Short(f), function)
		Drop(given, "data_format")
	}
	Drop(given, "use_cudnn_on_gpu")
}
