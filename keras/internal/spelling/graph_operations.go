package spelling

import (
	"slices"
	"sort"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/pyjson"
)

// graphOperations lists operations of TensorFlow graphs, which Keras 2 of
// TensorFlow 2.0 to 2.3 stored. axes marks those whose second input is the axes.
var graphOperations = map[string]struct {
	class string
	axes  string
}{
	"Add": {class: "Add"}, "AddV2": {class: "Add"}, "Sub": {class: "Subtract"}, "Mul": {class: "Multiply"},
	"RealDiv": {class: "TrueDivide"}, "Div": {class: "TrueDivide"}, "FloorDiv": {class: "FloorDivide"}, "FloorMod": {class: "Mod"},
	"Pow": {class: "Power"}, "Maximum": {class: "Maximum"}, "Minimum": {class: "Minimum"}, "SquaredDifference": {class: "SquaredDifference"},
	"Greater": {class: "Greater"}, "GreaterEqual": {class: "GreaterEqual"}, "Less": {class: "Less"}, "LessEqual": {class: "LessEqual"},
	"Equal": {class: "Equal"}, "NotEqual": {class: "NotEqual"}, "MatMul": {class: "Matmul"}, "BatchMatMulV2": {class: "Matmul"}, "BatchMatMul": {class: "Matmul"},
	"Abs": {class: "Absolute"}, "Neg": {class: "Negative"}, "Exp": {class: "Exp"}, "Log": {class: "Log"}, "Log1p": {class: "Log1p"}, "Sqrt": {class: "Sqrt"},
	"Rsqrt": {class: "Rsqrt"}, "Square": {class: "Square"}, "Sin": {class: "Sin"}, "Cos": {class: "Cos"}, "Tanh": {class: "Tanh"}, "Sigmoid": {class: "Sigmoid"},
	"Floor": {class: "Floor"}, "Round": {class: "Round"}, "Sign": {class: "Sign"}, "Reciprocal": {class: "Reciprocal"}, "Softplus": {class: "Softplus"},
	"Relu": {class: "Relu"}, "Relu6": {class: "Relu6"}, "Elu": {class: "Elu"}, "Selu": {class: "Selu"}, "Softmax": {class: "Softmax"}, "Identity": {class: "Identity"},
	"Mean": {class: "Mean", axes: "axis"}, "Sum": {class: "Sum", axes: "axis"}, "Max": {class: "Max", axes: "axis"}, "Min": {class: "Min", axes: "axis"}, "Prod": {class: "Prod", axes: "axis"},
	"ArgMax": {class: "Argmax", axes: "axis"}, "Reshape": {class: "Reshape", axes: "newshape"}, "ExpandDims": {class: "ExpandDims", axes: "axis"}, "Transpose": {class: "Transpose", axes: "axes"},
	"Tile": {class: "Tile", axes: "repeats"},
}

// graphOperation turns a TensorFlowOpLayer into an operation of Keras 3. Inputs
// that are constants stand in the configuration by their places.
func (u *upgrade) graphOperation(s Spec, c map[string]any, nodes []any) {
	var def map[string]any
	switch x := c["node_def"].(type) {
	case string:
		v, err := pyjson.Parse([]byte(x), u.limits.JSONDepth, pyjson.Ratio)
		if err != nil {
			u.Unsupported("a TensorFlow graph operation in binary form")
			return
		}
		def, _ = v.(map[string]any)
	case map[string]any:
		def = x
	}
	name, _ := def["op"].(string)
	if name == "StridedSlice" {
		u.stridedSlice(s, c, def, nodes)
		return
	}
	o, ok := graphOperations[name]
	if !ok {
		u.Unsupported("the TensorFlow graph operation %s", Short(name))
		return
	}
	constants, _ := c["constants"].(map[string]any)
	attributes, _ := def["attr"].(map[string]any)
	Drop(c, "node_def", "constants")
	s["class_name"] = "ops." + o.class
	for from, to := range map[string]string{"keep_dims": "keepdims", "transpose_a": "transpose_a", "transpose_b": "transpose_b", "adj_x": "transpose_a", "adj_y": "transpose_b"} {
		a, _ := attributes[from].(map[string]any)
		if b, ok := a["b"].(bool); ok && (b || to == "keepdims") {
			c[to] = b
		}
	}
	if o.axes != "" {
		v, ok := constants["1"]
		if !ok {
			u.Unsupported("the TensorFlow graph operation %s with computed %s", name, o.axes)
		}
		if o.axes == "axis" {
			if list, isList := v.([]any); isList && len(list) == 1 {
				v = list[0]
			}
		}
		c[o.axes] = v
		delete(constants, "1")
	}
	for _, n := range nodes {
		node, ok := n.(map[string]any)
		if !ok {
			u.Broken("a call must have arguments, received %s", Short(n))
			continue
		}
		args, _ := node["args"].([]any)
		if len(args) == 1 {
			if list, ok := args[0].([]any); ok {
				args = list
			}
		}
		node["args"] = insertConstants(args, constants)
	}
}

// insertConstants puts the constants at their places among the tensors.
func insertConstants(tensors []any, constants map[string]any) []any {
	var places []int
	for k := range constants {
		if n, err := strconv.Atoi(k); err == nil && n >= 0 {
			places = append(places, n)
		}
	}
	sort.Ints(places)
	out := append([]any{}, tensors...)
	for _, n := range places {
		at := min(n, len(out))
		out = slices.Insert(out, at, constants[strconv.Itoa(n)])
	}
	return out
}
