package pyjson

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// Marshal writes what Parse reads, Python's NaN and Infinity included.
// v is made of maps from strings to any, slices, pointers, numbers, strings and
// truth values. Keys are sorted, so that equal models make equal files.
func Marshal(v any) ([]byte, error) { return appendJSON(nil, v) }

func appendJSON(b []byte, v any) ([]byte, error) {
	var err error
	switch x := v.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, k := range slices.Sorted(maps.Keys(x)) {
			if i > 0 {
				b = append(b, ", "...)
			}
			if b, err = appendJSON(b, k); err != nil {
				return nil, err
			}
			b = append(b, ": "...)
			if b, err = appendJSON(b, x[k]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case []any:
		b = append(b, '[')
		for i, e := range x {
			if i > 0 {
				b = append(b, ", "...)
			}
			if b, err = appendJSON(b, e); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case float64:
		switch {
		case math.IsNaN(x):
			return append(b, "NaN"...), nil
		case math.IsInf(x, 1):
			return append(b, "Infinity"...), nil
		case math.IsInf(x, -1):
			return append(b, "-Infinity"...), nil
		}
		s := strconv.FormatFloat(x, 'g', -1, 64)
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			s = strconv.FormatFloat(x, 'f', 1, 64) // a float stays a float
		}
		return append(b, s...), nil
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice: // of typed elements
		list := make([]any, r.Len())
		for i := range list {
			list[i] = r.Index(i).Interface()
		}
		return appendJSON(b, list)
	case reflect.Pointer:
		if r.IsNil() {
			return append(b, "null"...), nil
		}
		return appendJSON(b, r.Elem().Interface())
	}
	raw, err := json.Marshal(v)
	return append(b, raw...), err
}
