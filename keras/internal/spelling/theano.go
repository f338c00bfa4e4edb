package spelling

import "github.com/kerasrun/kerasrun/layers"

// theano writes out what Keras' Theano backend did by the same options.
func (u *upgrade) theano(s Spec, c map[string]any) {
	if u.source.Backend != "theano" || c["padding"] != "same" {
		return
	}
	switch s["class_name"] {
	case "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D":
		if anyNumber(c["strides"], func(n int) bool { return n > 1 }) || anyNumber(c["kernel_size"], func(n int) bool { return n%2 == 0 }) {
			c["padding"] = layers.TheanoSame
		}
	case "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D":
		strides := c["strides"]
		if strides == nil {
			strides = c["pool_size"]
		}
		other := func(n int) bool { return n != 1 && n != 3 }
		if anyNumber(strides, func(n int) bool { return n > 1 }) || anyNumber(c["pool_size"], other) {
			c["padding"] = layers.TheanoSame
		}
	}
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
