package train

import (
	"encoding/json"
	"math"
	"strconv"
)

// floats writes whole float64s as Python does, 0.0: Keras tells them from ints.
func floats(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = floats(e)
		}
	case []any:
		for i, e := range x {
			x[i] = floats(e)
		}
	case [][]any:
		for i, e := range x {
			x[i], _ = floats(e).([]any)
		}
	case []float64:
		list := make([]any, len(x))
		for i, e := range x {
			list[i] = floats(e)
		}
		return list
	case *float64:
		if x != nil {
			return floats(*x)
		}
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			return json.Number(strconv.FormatFloat(x, 'f', 1, 64))
		}
	}
	return v
}
