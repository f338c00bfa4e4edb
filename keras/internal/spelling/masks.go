package spelling

import (
	"strconv"
	"strings"
)

// masks3 writes out how masks went in the releases of Keras 3 before today's.
func (u *upgrade) masks3(s Spec, c map[string]any) {
	if u.source.Era != 3 {
		return
	}
	switch class := s["class_name"]; {
	case class == "MultiHeadAttention" && u.before(3, 8):
		c["keeps_input_masks"] = true // 3.8 began to take them off (multi_head_attention.py, call)
	case u.before(3, 4) && takesList[class]:
		// Until 3.3 the mask of what a layer is called on was looked for on the list,
		// which has none (layer.py, __call__).
		c["lists_drop_masks"] = true
	}
}

// takesList has the layers that pass on a mask of the list of tensors that they
// are called on.
var takesList = map[any]bool{
	"Add": true, "Subtract": true, "Multiply": true, "Average": true, "Maximum": true, "Minimum": true, "Concatenate": true,
	"Attention": true, "AdditiveAttention": true,
}

// before reports whether the configuration was written by a Keras older than the
// release. One whose version is unknown counts as today's.
func (u *upgrade) before(major, minor int) bool {
	first, rest, _ := strings.Cut(u.source.KerasVersion, ".")
	second, _, _ := strings.Cut(rest, ".")
	a, err := strconv.Atoi(first)
	b, err2 := strconv.Atoi(second)
	return err == nil && err2 == nil && (a < major || a == major && b < minor)
}
