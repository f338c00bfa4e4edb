package layers

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// Slice is Python's slice object as an argument of a call. A nil field is None.
type Slice struct{ Start, Stop, Step *int }

// Range returns the range that the slice takes.
func (s Slice) Range() runtime.Range {
	r := runtime.Whole
	if s.Step != nil {
		r.Step = *s.Step
	}
	if r.Step < 0 {
		r.From = runtime.End
	}
	if s.Start != nil {
		r.From = *s.Start
	}
	if s.Stop != nil {
		r.To = *s.Stop
	}
	return r
}

// Ellipsis is Python's ... as an argument of a call.
type Ellipsis struct{}

// TensorNamer is implemented by layers that take tensors under several
// parameter names, such as attention's query, value and key. The tensors that
// a call passes by these names follow the positional ones, in this order, in
// the inputs of Build and Call. Tensors under other names (masks, initial
// states) are found by Call.Keyword only.
type TensorNamer interface{ TensorNames() []string }

// source stands in the arguments of a call for an output of an earlier one.
type source struct{ call, output int }

// history is a tensor as a configuration names it.
type history struct {
	layer        string
	node, output int
}

// parseHistory reads [layer name, node index, tensor index].
func parseHistory(v any) (h history, ok bool) {
	list, isList := v.([]any)
	if !isList || len(list) != 3 {
		return h, false
	}
	h.layer, ok = list[0].(string)
	node, ok1 := Int(list[1])
	output, ok2 := Int(list[2])
	h.node, h.output = node, output
	return h, ok && ok1 && ok2 && node >= 0 && output >= 0
}

// argument turns a serialized argument into what Call.Positional holds, with what
// find answers at each tensor's place.
func (d *Decoder) argument(v any, find func(history) any) any {
	return Replace(v, func(v any) (any, bool) {
		m, _ := v.(map[string]any)
		class, isObject := m["class_name"].(string)
		config, hasConfig := m["config"].(map[string]any)
		if isObject && !hasConfig && strings.HasPrefix(class, "__") && class != "__ellipsis__" {
			d.Broken("%s must have a config, received %s", class, Brief(m["config"]))
			return nil, true
		}
		if !isObject {
			return nil, false
		}
		return d.object(class, config, find)
	})
}

func (d *Decoder) object(class string, config map[string]any, find func(history) any) (any, bool) {
	switch class {
	case "__keras_tensor__":
		h, ok := parseHistory(config["keras_history"])
		if !ok {
			d.Broken("keras_history must be [layer, node, tensor], received %s", Brief(config["keras_history"]))
			return nil, true
		}
		return find(h), true
	case "__slice__":
		return Slice{d.bound(config["start"]), d.bound(config["stop"]), d.bound(config["step"])}, true
	case "__ellipsis__":
		return Ellipsis{}, true
	case "__bytes__":
		s, ok := config["value"].(string)
		if !ok {
			d.Broken("__bytes__ must hold a string, received %s", Brief(config["value"]))
		}
		return s, true
	case "__tensor__", "__numpy__":
		dtype, _ := config["dtype"].(string)
		t, err := ConstantOf(config["value"], dtype)
		if err != nil {
			d.Broken("%v", err)
			return nil, true
		}
		return t, true
	case "__lambda__", "__typespec__":
		d.Unsupported("%s as an argument of a call", class)
		return nil, true
	}
	return nil, false
}

func (d *Decoder) bound(v any) *int {
	if v == nil {
		return nil
	}
	n, ok := Int(v)
	if !ok {
		d.Unsupported("a slice must be bounded by integers, received %s", Brief(v))
	}
	return &n
}

// ConstantOf makes a tensor of nested lists of numbers.
func ConstantOf(v any, dtype string) (*runtime.Tensor, error) {
	var shape []int
	for level := v; ; {
		list, ok := level.([]any)
		if !ok {
			break
		}
		shape = append(shape, len(list))
		if len(list) == 0 || len(shape) > maxRank {
			break
		}
		level = list[0]
	}
	if ValueType(dtype) == runtime.String {
		return nil, fmt.Errorf("a constant of dtype %s is not supported", dtype)
	}
	if len(shape) > maxRank {
		return nil, fmt.Errorf("a constant must have at most %d axes", maxRank)
	}
	flat, err := flatten(nil, v, shape)
	if err != nil {
		return nil, err
	}
	t, err := runtime.NewTensor(ValueType(dtype), shape...)
	if err != nil {
		return nil, err
	}
	for i, x := range flat {
		switch t.DType() {
		case runtime.Float32:
			t.Float32s()[i] = float32(x)
		case runtime.Int32:
			t.Int32s()[i] = int32(x)
		case runtime.Int64:
			t.Int64s()[i] = int64(x)
		case runtime.Bool:
			t.Bools()[i] = x != 0
		}
	}
	return t, nil
}

func flatten(to []float64, v any, shape []int) ([]float64, error) {
	if len(shape) == 0 {
		if b, ok := v.(bool); ok {
			if b {
				return append(to, 1), nil
			}
			return append(to, 0), nil
		}
		x, ok := Float(v)
		if !ok {
			return nil, fmt.Errorf("a constant must hold numbers, received %s", Brief(v))
		}
		return append(to, x), nil
	}
	list, ok := v.([]any)
	if !ok || len(list) != shape[0] {
		return nil, fmt.Errorf("a constant must be rectangular")
	}
	var err error
	for _, e := range list {
		if to, err = flatten(to, e, shape[1:]); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// fill returns the argument with the tensors put in.
func fill(v any, values [][]Tensor) any {
	return Replace(v, func(v any) (any, bool) {
		s, ok := v.(source)
		if !ok {
			return nil, false
		}
		return values[s.call][s.output], true
	})
}

// Tensors lists the tensors in an argument of a call, in the order in which
// Keras flattens structures: dictionaries by sorted keys.
func Tensors(v any) []Tensor { return leaves[Tensor](nil, v) }

func leaves[T any](to []T, v any) []T {
	switch x := v.(type) {
	case T:
		return append(to, x)
	case []any:
		for _, e := range x {
			to = leaves(to, e)
		}
	case map[string]any:
		for _, k := range SortedKeys(x) {
			to = leaves(to, x[k])
		}
	}
	return to
}
