package spelling

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
)

// theano writes out what Keras' Theano backend did by the same options.
func (u *upgrade) theano(s Spec, c map[string]any) {
	if u.source.Backend != "theano" || !padsOtherwise(s["class_name"], c) {
		return
	}
	switch s["class_name"] {
	case "Conv2DTranspose", "Conv3DTranspose", "ConvLSTM2D":
		u.Unsupported("padding=same of Theano with strides or an even kernel")
	default:
		c["padding"] = layers.TheanoSame
	}
}

// padsOtherwise reports whether padding="same" of a layer, as Keras 2 spells it,
// may mean another thing to Theano: with strides, where TensorFlow looks at the
// size of the data, and with windows that have no middle.
func padsOtherwise(class any, c map[string]any) bool {
	if c["padding"] != "same" {
		return false
	}
	strided := func(strides any) bool { return anyNumber(strides, func(n int) bool { return n > 1 }) }
	switch class {
	case "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "Conv2DTranspose", "Conv3DTranspose", "ConvLSTM2D":
		return strided(c["strides"]) || anyNumber(c["kernel_size"], func(n int) bool { return n%2 == 0 })
	case "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D":
		strides := c["strides"]
		if strides == nil {
			strides = c["pool_size"]
		}
		return strided(strides) || anyNumber(c["pool_size"], func(n int) bool { return n != 1 && n != 3 })
	}
	return false
}

// PadsOtherwiseOnTheano reports whether an upgraded model that was not known to
// come from Theano holds layers that Theano computes otherwise.
func PadsOtherwiseOnTheano(v any) bool {
	switch x := v.(type) {
	case []any:
		return slices.ContainsFunc(x, PadsOtherwiseOnTheano)
	case map[string]any:
		if c, ok := x["config"].(map[string]any); ok && padsOtherwise(x["class_name"], c) {
			return true
		}
		for _, e := range x {
			if PadsOtherwiseOnTheano(e) {
				return true
			}
		}
	}
	return false
}

// anyNumber reports whether a number, or any of a list, is so.
func anyNumber(v any, so func(int) bool) bool {
	if n, ok := layers.Int(v); ok {
		return so(n)
	}
	list, _ := layers.Ints(v)
	for _, n := range list {
		if so(n) {
			return true
		}
	}
	return false
}
