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
