package spelling

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
)

// isOldOperation recognises the layers into which TensorFlow's Keras 2 wrapped
// calls of TensorFlow functions.
func isOldOperation(class string) bool {
	switch class {
	case "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceMethod", "InstanceProperty":
		return true
	}
	return false
}

// operation is how a TensorFlow function reads in Keras 3.
type operation struct {
	class   string            // of keras.ops
	tensors []string          // parameters after the first that are arguments of the call
	options map[string]string // parameters that are options of the operation, by their names there
}

var (
	reduction = map[string]string{"axis": "axis", "keepdims": "keepdims", "reduction_indices": "axis", "keep_dims": "keepdims"}
	axisOnly  = map[string]string{"axis": "axis"}
)

// functions lists the TensorFlow functions by their names in TFOpLambda.
var functions = map[string]operation{
	"__operators__.add": {class: "Add", tensors: []string{"y"}}, "math.add": {class: "Add", tensors: []string{"y"}},
	"math.subtract": {class: "Subtract", tensors: []string{"y"}}, "math.multiply": {class: "Multiply", tensors: []string{"y"}},
	"math.truediv": {class: "TrueDivide", tensors: []string{"y"}}, "math.divide": {class: "TrueDivide", tensors: []string{"y"}},
	"math.floordiv": {class: "FloorDivide", tensors: []string{"y"}}, "math.floormod": {class: "Mod", tensors: []string{"y"}},
	"math.mod": {class: "Mod", tensors: []string{"y"}}, "math.pow": {class: "Power", tensors: []string{"y"}},
	"math.maximum": {class: "Maximum", tensors: []string{"y"}}, "math.minimum": {class: "Minimum", tensors: []string{"y"}},
	"math.greater": {class: "Greater", tensors: []string{"y"}}, "math.greater_equal": {class: "GreaterEqual", tensors: []string{"y"}},
	"math.less": {class: "Less", tensors: []string{"y"}}, "math.less_equal": {class: "LessEqual", tensors: []string{"y"}},
	"math.equal": {class: "Equal", tensors: []string{"y"}}, "math.not_equal": {class: "NotEqual", tensors: []string{"y"}},
	"__operators__.eq": {class: "Equal", tensors: []string{"other"}}, "__operators__.ne": {class: "NotEqual", tensors: []string{"other"}},
	"math.logical_and": {class: "LogicalAnd", tensors: []string{"y"}}, "math.logical_or": {class: "LogicalOr", tensors: []string{"y"}},
	"math.logical_not": {class: "LogicalNot"}, "math.squared_difference": {class: "SquaredDifference", tensors: []string{"y"}},
	"linalg.matmul": {class: "Matmul", tensors: []string{"b"}, options: map[string]string{"transpose_a": "transpose_a", "transpose_b": "transpose_b"}},

	"math.abs": {class: "Absolute"}, "math.negative": {class: "Negative"}, "math.exp": {class: "Exp"}, "math.log": {class: "Log"},
	"math.log1p": {class: "Log1p"}, "math.expm1": {class: "Expm1"}, "math.sqrt": {class: "Sqrt"}, "math.rsqrt": {class: "Rsqrt"},
	"math.square": {class: "Square"}, "math.sin": {class: "Sin"}, "math.cos": {class: "Cos"}, "math.tanh": {class: "Tanh"},
	"math.sigmoid": {class: "Sigmoid"}, "math.floor": {class: "Floor"}, "math.ceil": {class: "Ceil"}, "math.round": {class: "Round"},
	"math.sign": {class: "Sign"}, "math.erf": {class: "Erf"}, "math.reciprocal": {class: "Reciprocal"}, "math.softplus": {class: "Softplus"},
	"identity": {class: "Identity"}, "stop_gradient": {class: "StopGradient"},

	"nn.relu": {class: "Relu"}, "nn.relu6": {class: "Relu6"}, "nn.sigmoid": {class: "Sigmoid"}, "nn.tanh": {class: "Tanh"},
	"nn.elu": {class: "Elu"}, "nn.selu": {class: "Selu"}, "nn.silu": {class: "Silu"}, "nn.swish": {class: "Silu"}, "nn.softplus": {class: "Softplus"}, "nn.softsign": {class: "Softsign"},
	"nn.gelu": {class: "Gelu", options: map[string]string{"approximate": "approximate"}}, "nn.leaky_relu": {class: "LeakyRelu", options: map[string]string{"alpha": "negative_slope"}},
	"nn.softmax": {class: "Softmax", options: axisOnly}, "nn.log_softmax": {class: "LogSoftmax", options: axisOnly},

	"math.reduce_mean": {class: "Mean", options: reduction}, "math.reduce_sum": {class: "Sum", options: reduction},
	"math.reduce_max": {class: "Max", options: reduction}, "math.reduce_min": {class: "Min", options: reduction},
	"math.reduce_prod": {class: "Prod", options: reduction}, "math.reduce_std": {class: "Std", options: reduction},
	"math.reduce_variance": {class: "Var", options: reduction}, "math.reduce_any": {class: "Any", options: reduction},
	"math.reduce_all": {class: "All", options: reduction}, "math.argmax": {class: "Argmax", options: axisOnly}, "math.argmin": {class: "Argmin", options: axisOnly},

	"concat": {class: "Concatenate", options: axisOnly}, "stack": {class: "Stack", options: axisOnly},
	"unstack":           {class: "Unstack", options: map[string]string{"axis": "axis", "num": "num"}},
	"split":             {class: "Split", options: map[string]string{"num_or_size_splits": "indices_or_sections", "axis": "axis"}},
	"reshape":           {class: "Reshape", options: map[string]string{"shape": "newshape"}},
	"expand_dims":       {class: "ExpandDims", options: axisOnly},
	"squeeze":           {class: "Squeeze", options: axisOnly},
	"transpose":         {class: "Transpose", options: map[string]string{"perm": "axes"}},
	"tile":              {class: "Tile", options: map[string]string{"multiples": "repeats"}},
	"repeat":            {class: "Repeat", options: map[string]string{"repeats": "repeats", "axis": "axis"}},
	"reverse":           {class: "Flip", options: axisOnly},
	"pad":               {class: "Pad", tensors: nil, options: map[string]string{"paddings": "pad_width", "mode": "mode", "constant_values": "constant_values"}},
	"cast":              {class: "Cast", options: map[string]string{"dtype": "dtype"}},
	"clip_by_value":     {class: "Clip", options: map[string]string{"clip_value_min": "x_min", "clip_value_max": "x_max"}},
	"one_hot":           {class: "OneHot", options: map[string]string{"depth": "num_classes", "axis": "axis", "dtype": "dtype"}},
	"gather":            {class: "Take", tensors: []string{"indices"}, options: map[string]string{"axis": "axis", "batch_dims": "batch_dims"}},
	"where":             {class: "Where", tensors: []string{"x", "y"}},
	"math.top_k":        {class: "TopK", options: map[string]string{"k": "k", "sorted": "sorted"}},
	"math.l2_normalize": {class: "Normalize", options: map[string]string{"axis": "axis", "epsilon": "epsilon"}},
}

// sameFunctions are other names of functions.
var sameFunctions = map[string]string{
	"compat.v1.transpose": "transpose", "compat.v1.squeeze": "squeeze", "compat.v1.pad": "pad", "compat.v1.where": "where", "where_v2": "where",
	"nn.l2_normalize": "math.l2_normalize", "linalg.l2_normalize": "math.l2_normalize", "compat.v1.math.argmax": "math.argmax",
	"compat.v1.gather": "gather", "compat.v1.nn.softmax": "nn.softmax", "__operators__.truediv": "math.truediv", "__operators__.logical_and": "math.logical_and",
	"compat.v1.expand_dims": "expand_dims", "compat.v1.floor_div": "math.floordiv", "floor_div": "math.floordiv", "compat.v1.div": "math.truediv",
	"compat.v1.math.reduce_mean": "math.reduce_mean", "compat.v1.math.reduce_sum": "math.reduce_sum", "compat.v1.math.reduce_max": "math.reduce_max",
	"compat.v1.nn.log_softmax": "nn.log_softmax", "compat.v1.one_hot": "one_hot", "compat.v1.tile": "tile",
}

// operation2 turns a TensorFlow function into an operation of Keras 3. Its
// calls have been converted; their keyword arguments become the operation's
// options.
func (u *upgrade) operation2(s Spec, c map[string]any) {
	Drop(c, "trainable", "dtype")
	nodes, _ := s["inbound_nodes"].([]any)
	for _, n := range nodes {
		if node, _ := n.(map[string]any); node == nil { // it was never wired
			u.Broken("a node must have args and kwargs, received %s", Short(n))
			return
		}
	}
	if s["class_name"] == "TensorFlowOpLayer" {
		u.graphOperation(s, c, nodes)
		return
	}
	function, _ := c["function"].(string)
	delete(c, "function")
	if s["class_name"] == "SlicingOpLambda" {
		s["class_name"] = "ops.GetItem"
		for _, n := range nodes {
			u.slicing(n)
		}
		return
	}
	if other, ok := sameFunctions[function]; ok {
		function = other
	}
	if function == "einsum" { // the first argument is the equation; Keras 2 writes no other positional one
		u.Unsupported("TFOpLambda of the TensorFlow function einsum: Keras 2 does not store which tensors it multiplies")
		s["class_name"] = "ops.Einsum"
		return
	}
	o, ok := functions[function]
	if s["class_name"] != "TFOpLambda" || !ok {
		u.Unsupported("%s of the TensorFlow function %s", s["class_name"], Short(function))
		return
	}
	s["class_name"] = "ops." + o.class
	for _, n := range nodes {
		node, ok := n.(map[string]any)
		if !ok {
			u.Broken("a call must have arguments, received %s", Short(n))
			continue
		}
		args, _ := node["args"].([]any)
		kwargs, _ := node["kwargs"].(map[string]any)
		computed := map[string]any{}
		for _, name := range o.tensors {
			if v, ok := kwargs[name]; ok {
				args = append(args, v)
				delete(kwargs, name)
			}
		}
		for from, to := range o.options {
			v, ok := kwargs[from]
			if !ok {
				continue
			}
			if delete(kwargs, from); holdsTensor(v) {
				computed[to] = v
			} else {
				c[to] = v
			}
		}
		u.settle(function, c, kwargs)
		u.leftOver(function, kwargs)
		node["args"], node["kwargs"] = args, computed
	}
	u.adjust(o.class, c)
}

// holdsTensor reports whether an argument is, or holds, a tensor of the model.
func holdsTensor(v any) bool {
	switch x := v.(type) {
	case []any:
		return slices.ContainsFunc(x, holdsTensor)
	case map[string]any:
		return x["class_name"] == "__keras_tensor__"
	}
	return false
}

// leftOver reports arguments that change what the function does.
func (u *upgrade) leftOver(function string, kwargs map[string]any) {
	Drop(kwargs, "name", "output_type", "out_type", "validate_indices")
	for _, k := range layers.SortedKeys(kwargs) {
		if v := kwargs[k]; v != nil && v != false {
			u.Unsupported("%s=%s of the TensorFlow function %s", k, Short(v), function)
		}
	}
}

// adjust settles where defaults or spellings of the two functions differ.
func (u *upgrade) adjust(class string, c map[string]any) {
	switch class {
	case "Gelu":
		Preset(c, "approximate", false)
	case "LeakyRelu":
		Preset(c, "negative_slope", 0.2)
	case "Argmax", "Argmin", "Unstack", "Stack":
		Preset(c, "axis", 0)
	case "Normalize":
		Preset(c, "epsilon", 1e-6) // squared there, not here
		c["order"] = 2
	case "Pad":
		if c["mode"] == "CONSTANT" {
			c["mode"] = "constant"
		}
		if v, ok := layers.Float(c["constant_values"]); ok && v == 0 || c["constant_values"] == nil {
			delete(c, "constant_values")
		}
	case "Split": // sizes to places
		Preset(c, "axis", 0)
		sizes, ok := layers.Ints(c["indices_or_sections"])
		if !ok {
			break
		}
		places, at := []any{}, 0
		for _, n := range sizes[:max(len(sizes)-1, 0)] {
			at += n
			places = append(places, at)
		}
		c["indices_or_sections"] = places
	}
}

// slicing turns slice_spec into the key of x[key].
func (u *upgrade) slicing(n any) {
	node, ok := n.(map[string]any)
	if !ok {
		u.Broken("a call must have arguments, received %s", Short(n))
		return
	}
	args, _ := node["args"].([]any)
	kwargs, _ := node["kwargs"].(map[string]any)
	list, isList := kwargs["slice_spec"].([]any)
	if !isList {
		list = []any{kwargs["slice_spec"]}
	}
	key := make([]any, len(list))
	for i, e := range list {
		key[i] = e
		m, ok := e.(map[string]any)
		if !ok {
			continue
		}
		if _, isObject := m["class_name"]; isObject {
			m["config"] = map[string]any{}
			continue
		}
		key[i] = map[string]any{"class_name": "__slice__", "config": m}
	}
	node["args"], node["kwargs"] = append(args, key), map[string]any{}
}
