package keras

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// opModules lists the operations of Keras 3.15 by their modules below
// keras.src.ops, with the options that their constructors take.
var opModules = map[string]map[string][]string{
	"numpy": {
		"Add": nil, "Subtract": nil, "Multiply": nil, "TrueDivide": nil, "Divide": nil, "FloorDivide": nil, "Mod": nil, "Power": nil,
		"Maximum": nil, "Minimum": nil, "Greater": nil, "GreaterEqual": nil, "Less": nil, "LessEqual": nil, "Equal": nil, "NotEqual": nil,
		"LogicalAnd": nil, "LogicalOr": nil, "LogicalNot": nil, "LogicalXor": nil, "Matmul": nil, "Where": nil, "GetItem": nil,
		"Absolute": nil, "Negative": nil, "Exp": nil, "Log": nil, "Log1p": nil, "Log2": nil, "Log10": nil, "Expm1": nil, "Sqrt": nil, "Square": nil,
		"Sin": nil, "Cos": nil, "Tan": nil, "Sinh": nil, "Cosh": nil, "Tanh": nil, "Floor": nil, "Ceil": nil, "Sign": nil, "Reciprocal": nil,
		"Round": {"decimals"}, "Clip": {"x_min", "x_max"}, "Dot": nil, "Einsum": {"subscripts"}, "Tensordot": {"axes"},
		"Mean": {"axis", "keepdims"}, "Sum": {"axis", "keepdims"}, "Max": {"axis", "keepdims"}, "Min": {"axis", "keepdims"},
		"Prod": {"axis", "keepdims"}, "Std": {"axis", "keepdims"}, "Var": {"axis", "keepdims"}, "Any": {"axis", "keepdims"}, "All": {"axis", "keepdims"},
		"Argmax": {"axis", "keepdims"}, "Argmin": {"axis", "keepdims"}, "Cumsum": {"axis"}, "Concatenate": {"axis"}, "Stack": {"axis"},
		"Split": {"indices_or_sections", "axis"}, "Reshape": {"newshape"}, "ExpandDims": {"axis"}, "Squeeze": {"axis"}, "Transpose": {"axes"},
		"Tile": {"repeats"}, "Repeat": {"repeats", "axis"}, "Flip": {"axis"}, "Pad": {"pad_width", "mode"}, "Take": {"axis"},
		"Swapaxes": {"axis1", "axis2"}, "OnesLike": nil, "ZerosLike": nil, "BroadcastTo": {"shape"},
		"Arccos": nil, "Arcsin": nil, "Arctan": nil, "Arccosh": nil, "Arcsinh": nil, "Arctanh": nil, "Arctan2": nil, "DivideNoNan": nil, "Isnan": nil,
		"Isinf": nil, "Isfinite": nil, "CountNonzero": {"axis"}, "Cumprod": {"axis"}, "Sort": {"axis"}, "Argsort": {"axis"}, "Roll": {"shift", "axis"},
		"Diagonal": {"axis1", "axis2"}, "Trace": {"axis1", "axis2"},
	},
	"nn": {
		"Relu": nil, "Relu6": nil, "Sigmoid": nil, "Softplus": nil, "Softsign": nil, "Silu": nil, "Selu": nil, "Elu": {"alpha"},
		"Gelu": {"approximate"}, "LeakyRelu": {"negative_slope"}, "Softmax": {"axis"}, "LogSoftmax": {"axis"},
		"OneHot": {"num_classes", "axis", "dtype"}, "Normalize": {"axis", "order", "epsilon"},
		"MaxPool": {"pool_size", "strides", "padding"}, "AveragePool": {"pool_size", "strides", "padding"}, "LogSigmoid": nil,
		"Conv": {"strides", "padding", "dilation_rate"}, "DepthwiseConv": {"strides", "padding", "dilation_rate"},
		"DepthToSpace": {"block_size"}, "SpaceToDepth": {"block_size"},
	},
	"math": {"Rsqrt": nil, "Erf": nil, "Erfc": nil, "Erfinv": nil, "TopK": {"k", "sorted"}, "Logsumexp": {"axis", "keepdims"}},
	"core": {"StopGradient": nil, "Unstack": {"num", "axis"}, "Cast": {"dtype"}},
}

// operation writes an operation of keras.ops that stands as a node.
func (z *modernizer) operation(s spelling.Spec, c map[string]any, where string) {
	class := strings.TrimPrefix(s["class_name"].(string), "ops.")
	switch class {
	case "Identity": // a layer in Keras 3
		s["class_name"] = class
		return
	case "Pad":
		if fill, ok := c["constant_values"]; ok {
			nodes, _ := s["inbound_nodes"].([]any)
			for _, n := range nodes {
				node, _ := n.(map[string]any)
				if kwargs, ok := node["kwargs"].(map[string]any); ok {
					kwargs["constant_values"] = fill
				}
			}
			delete(c, "constant_values")
		}
	case "Matmul":
		spelling.Drop(c, "transpose_a", "transpose_b") // expand has seen to them
	}
	nodes, _ := s["inbound_nodes"].([]any)
	for _, n := range nodes {
		node, _ := n.(map[string]any)
		kwargs, _ := node["kwargs"].(map[string]any)
		for _, k := range layers.SortedKeys(kwargs) {
			if class != "Pad" {
				z.unsupported(where, "a computed %s", k)
			}
		}
	}
	for module, operations := range opModules {
		options, ok := operations[class]
		if !ok {
			continue
		}
		for _, k := range layers.SortedKeys(c) {
			if k == "trainable" || k == "dtype" && !slices.Contains(options, k) {
				delete(c, k)
			} else if k != "name" && !slices.Contains(options, k) {
				z.unsupported(where, "%s=%s", k, spelling.Short(c[k]))
			}
		}
		z.arrays(s, class)
		if class == "DepthwiseConv" {
			z.oneNumber(c, where, "strides", "dilation_rate")
		}
		s["class_name"], s["module"], s["registered_name"] = class, "keras.src.ops."+module, class
		return
	}
	z.unsupported(where, "the operation %s", class)
}

// expand returns the nodes that must stand before an operation which Keras 3
// has in parts only, and makes the operation their user. All have the same
// calls.
func (z *modernizer) expand(s spelling.Spec, place string) []any {
	c, _ := s["config"].(map[string]any)
	nodes, _ := s["inbound_nodes"].([]any)
	name := spelling.NameOf(s)
	var before []any
	part := func(class, suffix string, config map[string]any, calls []any) string {
		inner := name + suffix
		config["name"] = inner
		n := map[string]any{"class_name": class, "config": config, "name": inner, "inbound_nodes": calls}
		z.layer(n, nil, nil, place)
		before = append(before, n)
		return inner
	}
	switch s["class_name"] {
	case "ops.SquaredDifference":
		inner := part("ops.Subtract", "_difference", map[string]any{}, nodes)
		s["class_name"] = "ops.Square"
		calls := make([]any, len(nodes))
		for k := range nodes {
			calls[k] = map[string]any{"args": []any{tensorOf(inner, k)}, "kwargs": map[string]any{}}
		}
		s["inbound_nodes"] = calls
	case "ops.Matmul":
		for i, key := range []string{"transpose_a", "transpose_b"} {
			if c[key] != true {
				continue
			}
			calls := make([]any, len(nodes))
			for k, n := range nodes {
				node, _ := n.(map[string]any)
				args, _ := node["args"].([]any)
				if i >= len(args) || len(spelling.History(args[i])) == 0 {
					z.unsupported(place+"/"+name, "a product with a transposed constant")
					return nil
				}
				calls[k] = map[string]any{"args": []any{args[i]}, "kwargs": map[string]any{}}
				args[i] = tensorOf(name+"_"+key, k)
			}
			part("ops.Swapaxes", "_"+key, map[string]any{"axis1": -1, "axis2": -2}, calls)
		}
	}
	return before
}

// arrayOperations are those whose arguments may be arrays beside tensors. Keras takes
// no lists for them.
var arrayOperations = map[string]bool{
	"Add": true, "Subtract": true, "Multiply": true, "TrueDivide": true, "Divide": true, "FloorDivide": true, "Mod": true, "Power": true,
	"Maximum": true, "Minimum": true, "Greater": true, "GreaterEqual": true, "Less": true, "LessEqual": true, "Equal": true, "NotEqual": true,
	"LogicalAnd": true, "LogicalOr": true, "LogicalXor": true, "Matmul": true, "Dot": true, "Where": true, "Concatenate": true, "Stack": true,
	"Conv": true, "DepthwiseConv": true, "SeparableConv": true,
}

// arrays writes the lists of numbers among the arguments of an operation's calls as
// arrays.
func (z *modernizer) arrays(s spelling.Spec, class string) {
	if !arrayOperations[class] {
		return
	}
	nodes, _ := s["inbound_nodes"].([]any)
	for _, n := range nodes {
		node, _ := n.(map[string]any)
		args, _ := node["args"].([]any)
		for i, a := range args {
			list, ok := a.([]any)
			if !ok {
				continue
			}
			if class == "Concatenate" || class == "Stack" { // a list of what they join
				for k, e := range list {
					list[k] = arrayOf(e)
				}
			} else {
				args[i] = arrayOf(a)
			}
		}
		kwargs, _ := node["kwargs"].(map[string]any)
		for k, v := range kwargs {
			if k == "x1" || k == "x2" {
				kwargs[k] = arrayOf(v)
			}
		}
	}
}

// arrayOf writes a list of numbers as an array, and returns anything else as it is.
func arrayOf(v any) any {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return v
	}
	dtype := "int32"
	for len(list) > 0 {
		e := list[0]
		list = list[1:]
		switch x := e.(type) {
		case []any:
			list = append(list, x...)
		case json.Number:
			if strings.ContainsAny(x.String(), ".eE") {
				dtype = "float32"
			}
		case float64:
			dtype = "float32"
		case bool:
			dtype = "bool"
		case int, int64:
		default:
			return v
		}
	}
	return map[string]any{"class_name": "__tensor__", "config": map[string]any{"value": v, "dtype": dtype}}
}

// oneNumber writes lists of equal numbers as the number: Keras adds a tuple to what
// a DepthwiseConv has, which a file gives as a list.
func (z *modernizer) oneNumber(c map[string]any, where string, options ...string) {
	for _, k := range options {
		list, _ := c[k].([]any)
		for _, v := range list {
			if fmt.Sprint(v) != fmt.Sprint(list[0]) {
				z.unsupported(where, "%s=%s", k, spelling.Short(c[k]))
				return
			}
		}
		if len(list) > 0 {
			c[k] = list[0]
		}
	}
}

// tensorOf refers to what call k of a layer answers.
func tensorOf(layer string, k int) map[string]any {
	return map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{"keras_history": []any{layer, k, 0}}}
}
