package layers

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
)

// maxInt bounds the integers of a configuration, so that sizes made of two of
// them fit an int.
const maxInt = 1 << 31

// Int reads an integer between -2^31 and 2^31 from decoded JSON; 3.0 counts as
// one.
func Int(v any) (int, bool) {
	x, ok := Float(v)
	if !ok || x != math.Trunc(x) || math.Abs(x) > maxInt {
		return 0, false
	}
	return int(x), true
}

// Int64 reads any 64-bit integer from decoded JSON; 3.0 counts as one.
func Int64(v any) (int64, bool) {
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return i, true
		}
	}
	x, ok := Float(v)
	if !ok || x != math.Trunc(x) || math.Abs(x) >= 1<<63 {
		return 0, false
	}
	return int64(x), true
}

// Float reads a number from decoded JSON.
func Float(v any) (float64, bool) {
	switch x := v.(type) {
	case json.Number:
		f, err := x.Float64()
		return f, err == nil
	case float64:
		return x, true
	case int:
		return float64(x), true
	}
	return 0, false
}

// Ints reads a list of integers from decoded JSON; null entries become -1.
func Ints(v any) ([]int, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]int, len(list))
	for i, x := range list {
		if x == nil {
			out[i] = -1
			continue
		}
		if out[i], ok = Int(x); !ok {
			return nil, false
		}
	}
	return out, true
}

// Brief shows a value of a configuration in a message.
func Brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%T", v)
	}
	if len(b) > 80 {
		return string(b[:77]) + "..."
	}
	return string(b)
}

// Replace returns a copy of decoded JSON, lists and objects at any depth, with
// what f returns in the place of each value for which it returns true.
func Replace(v any, f func(v any) (with any, ok bool)) any {
	if with, ok := f(v); ok {
		return with
	}
	switch x := v.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = Replace(e, f)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = Replace(e, f)
		}
		return out
	}
	return v
}

// SortedKeys returns the keys of an object in order.
func SortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
