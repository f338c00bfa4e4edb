package spelling

import (
	"github.com/kerasrun/kerasrun/keras/internal/lambda"
	"github.com/kerasrun/kerasrun/layers"
)

// lambda puts what a Lambda computes in the place of its Python function: the
// configuration of a functional model of operations. Where that is not possible
// the option refused says why. A Go implementation that is registered for the
// layer goes before.
func (u *upgrade) lambda(s Spec, c map[string]any) {
	name, _ := c["name"].(string)
	if _, ok := layers.New("Lambda:" + name); ok {
		return
	}
	kept := map[string]any{}
	for _, key := range []string{"name", "trainable", "dtype", "activity_regularizer"} {
		if v, ok := c[key]; ok {
			kept[key] = v
		}
	}
	found, reason := u.lift(s, c)
	if found == nil {
		kept["refused"] = reason
	} else {
		for k, v := range found.Config() {
			kept[k] = v
		}
		kept["formula"] = found.Formula
		if u.layers += len(kept["layers"].([]any)); u.layers > u.limits.Layers {
			u.exceed("Layers", u.limits.Layers, u.layers)
		}
	}
	s["config"] = kept
}

// lift reads a Lambda's function, or says why it cannot be lifted.
func (u *upgrade) lift(s Spec, c map[string]any) (found *lambda.Lifted, reason string) {
	if c["mask"] != nil {
		return nil, "it has a mask of its own"
	}
	function := c["function"]
	if m, ok := function.(map[string]any); ok && m["class_name"] == "function" {
		function = m["config"]
	} else if c["function_type"] != "function" {
		function = nil
	}
	if named, ok := function.(string); ok {
		return nil, "the file holds only the name of its function, " + Short(named)
	}
	source, ok := lambda.SourceOf(c["function"])
	if !ok {
		return nil, "its function is none that Keras writes: " + Short(c["function"])
	}
	o := lambda.Options{Keras: u.source.KerasVersion, Era: u.source.Era, Backend: u.source.Backend, Budget: &u.readings}
	o.Arguments, _ = c["arguments"].(map[string]any)
	if o.Inputs, o.List, reason = lambdaInputs(s); reason != "" {
		return nil, reason
	}
	o.Type = u.typesFor(s, o.Inputs)
	found, err := lambda.Lift(source, o)
	if err != nil {
		return nil, err.Error()
	}
	return found, ""
}

// lambdaInputs tells how many tensors the layer is called on, and whether they
// come as a list. It takes masks out of the calls, which the function does not
// see.
func lambdaInputs(s Spec) (n int, list bool, reason string) {
	nodes, _ := s["inbound_nodes"].([]any)
	for i, e := range nodes {
		node, _ := e.(map[string]any)
		args, _ := node["args"].([]any)
		kwargs, _ := node["kwargs"].(map[string]any)
		Drop(kwargs, "mask", "training")
		if len(args) != 1 || len(kwargs) > 0 {
			return 0, false, "it is called with more than its inputs"
		}
		tensors, isList := args[0].([]any)
		if !isList {
			tensors = args
		}
		for _, t := range tensors {
			if len(History(t)) == 0 {
				return 0, false, "it is called on what is no tensor: " + Short(t)
			}
		}
		if i > 0 && (isList != list || len(tensors) != n) {
			return 0, false, "it is called on other numbers of tensors"
		}
		n, list = len(tensors), isList
	}
	if len(nodes) == 0 {
		n = 1
	}
	return n, list, ""
}
