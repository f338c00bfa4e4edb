package keras

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/internal/pyjson"
)

// parseJSON decodes a configuration or a part of one.
func parseJSON(data []byte, limits Limits) (any, error) {
	v, err := pyjson.Parse(data, limits.JSONDepth, limits.JSONRatio)
	var syntax *pyjson.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, &FormatError{What: syntax.Place(), Wanted: syntax.Wanted, Received: syntax.Received}
	case errors.Is(err, pyjson.ErrDepth):
		return nil, &LimitError{Path: "config", Limit: "JSONDepth", Max: uint64(limits.JSONDepth), Asked: uint64(limits.JSONDepth) + 1}
	case errors.Is(err, pyjson.ErrMemory):
		return nil, &LimitError{Path: "config", Limit: "JSONRatio", Max: uint64(limits.JSONRatio), Asked: uint64(limits.JSONRatio) + 1}
	}
	return v, err
}

// parseConfig decodes a configuration within the limits.
func (l *loader) parseConfig(data []byte) (map[string]any, error) {
	if int64(len(data)) > l.limits.ConfigBytes {
		return nil, &LimitError{Path: "config", Limit: "ConfigBytes", Max: uint64(l.limits.ConfigBytes), Asked: uint64(len(data))}
	}
	if err := l.budget.hold("config", l.limits.JSONRatio*int64(len(data))); err != nil {
		return nil, err
	}
	v, err := parseJSON(data, l.limits)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, &FormatError{What: "configuration", Wanted: "a JSON object", Received: fmt.Sprintf("%T", v)}
	}
	return m, nil
}

// withoutTuples writes what Keras 2 marks as a tuple or a shape of TensorFlow as
// the list that it is, in place: {"class_name": "__tuple__", "items": [1, 2]}
// (keras/saving/legacy/saved_model/json_utils.py). v is decoded JSON, whose
// depth the parser has bounded.
func withoutTuples(v any) any {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			x[i] = withoutTuples(e)
		}
	case map[string]any:
		if items, ok := x["items"].([]any); ok && len(x) == 2 && (x["class_name"] == "__tuple__" || x["class_name"] == "TensorShape") {
			return withoutTuples(items)
		}
		for k, e := range x {
			x[k] = withoutTuples(e)
		}
	}
	return v
}
