package spelling

import (
	"strconv"

	"github.com/kerasrun/kerasrun/layers"
)

// stridedSlice turns TensorFlow's StridedSlice into a GetItem: begin, end and
// strides are constants, and bit i of a mask is about entry i of them
// (tensorflow/core/ops/array_ops.cc).
func (u *upgrade) stridedSlice(s Spec, c map[string]any, def map[string]any, nodes []any) {
	constants, _ := c["constants"].(map[string]any)
	begin, ok1 := layers.Ints(constants["1"])
	end, ok2 := layers.Ints(constants["2"])
	step, ok3 := layers.Ints(constants["3"])
	if !ok1 || !ok2 || !ok3 || len(begin) != len(end) || len(begin) != len(step) || len(begin) > 32 {
		u.Unsupported("the TensorFlow graph operation StridedSlice with computed places")
		return
	}
	attributes, _ := def["attr"].(map[string]any)
	mask := func(name string) func(i int) bool {
		a, _ := attributes[name].(map[string]any)
		bits, ok := layers.Int(a["i"])
		if text, isText := a["i"].(string); isText {
			bits, ok = wholeText(text)
		}
		if !ok {
			bits = 0
		}
		return func(i int) bool { return bits>>i&1 == 1 }
	}
	noBegin, noEnd, axis, one, ellipsis := mask("begin_mask"), mask("end_mask"), mask("new_axis_mask"), mask("shrink_axis_mask"), mask("ellipsis_mask")
	key := make([]any, len(begin))
	for i := range key {
		bounds := map[string]any{"start": float64(begin[i]), "stop": float64(end[i]), "step": float64(step[i])}
		switch {
		case ellipsis(i):
			key[i] = map[string]any{"class_name": "__ellipsis__", "config": map[string]any{}}
			continue
		case axis(i):
			key[i] = nil
			continue
		case one(i):
			key[i] = float64(begin[i])
			continue
		}
		if noBegin(i) {
			bounds["start"] = nil
		}
		if noEnd(i) {
			bounds["stop"] = nil
		}
		key[i] = map[string]any{"class_name": "__slice__", "config": bounds}
	}
	Drop(c, "node_def", "constants")
	s["class_name"] = "ops.GetItem"
	for _, n := range nodes {
		node, _ := n.(map[string]any)
		args, _ := node["args"].([]any)
		if len(args) == 1 {
			if list, ok := args[0].([]any); ok {
				args = list
			}
		}
		if len(args) != 1 {
			u.Unsupported("the TensorFlow graph operation StridedSlice of %d tensors", len(args))
			return
		}
		node["args"] = []any{args[0], key}
	}
}

// wholeText reads an integer that protobuf's JSON writes as a string.
func wholeText(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil
}
