package spelling

import (
	"slices"
	"sort"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/pyjson"
)

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
	u.attributes(name, o, c, attributes)
	inputs, _ := def["input"].([]any)
	computed := map[int]string{} // inputs that are tensors of the model though options here
	for at, option := range o.options {
		if at < 0 {
			at += len(inputs)
		}
		v, ok := constants[strconv.Itoa(at)]
		if !ok {
			computed[at] = option
			continue
		}
		if list, isList := v.([]any); isList && len(list) == 1 && option == "axis" {
			v = list[0]
		}
		c[option] = v
		delete(constants, strconv.Itoa(at))
	}
	u.settleGraph(name, c)
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
		args = insertConstants(args, constants)
		kwargs := map[string]any{}
		for at, option := range computed {
			if at >= len(args) || option != "newshape" && option != "shape" {
				u.Unsupported("the TensorFlow graph operation %s with computed %s", name, option)
				continue
			}
			kwargs[option] = args[at]
			args = slices.Delete(args, at, at+1)
		}
		if node["args"] = args; o.list {
			node["args"] = []any{args}
		}
		if len(kwargs) > 0 {
			node["kwargs"] = kwargs
		}
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
