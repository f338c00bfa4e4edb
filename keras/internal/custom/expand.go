package custom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// MaxValues bounds the JSON values that the blocks of one model come to.
const MaxValues = 1 << 19

// Is reports whether the block is that of a class with any of these names.
func (b *Block) Is(names ...string) bool { return slices.Contains(names, b.Class) }

// Expand returns the graph of one layer, {"class_name": …, "config": …}, given the
// layer's configuration. budget is how many values it may still come to. Errors are
// of type *Error.
func (b *Block) Expand(config map[string]any, budget *int) (map[string]any, error) {
	for _, k := range layers.SortedKeys(config) {
		if _, ok := b.parameters[k]; !ok && !slices.Contains(implied, k) {
			return nil, &Error{Place: "parameters", What: fmt.Sprintf("option %s=%s of the layer", k, layers.Brief(config[k])), Wanted: b.known(), Received: "none of them"}
		}
	}
	var missing []string
	for _, k := range layers.SortedKeys(b.parameters) {
		if _, given := config[k]; !given && b.parameters[k] == nil {
			missing = append(missing, k)
		}
	}
	if len(missing) > 0 {
		return nil, &Error{Place: "parameters", What: strings.Join(missing, ", "), Wanted: "a value in the layer's configuration, or a default", Received: "neither"}
	}
	e := expansion{left: budget, parameters: func(name string) any {
		if v, ok := config[name]; ok {
			return v
		}
		if v, ok := b.parameters[name]; ok {
			return v
		}
		return map[string]any{"trainable": true, "dtype": "float32"}[name]
	}}
	v, err := e.value(b.config, "config")
	if err != nil {
		return nil, err
	}
	return map[string]any{"class_name": b.class, "config": v}, nil
}

// expansion puts the parameters of one layer in.
type expansion struct {
	parameters func(name string) any
	left       *int
}

func (e expansion) value(v any, place string) (any, error) {
	if *e.left--; *e.left < 0 {
		return nil, &Error{Place: place, What: "values of all blocks of the model", Wanted: fmt.Sprintf("at most %d", MaxValues), Received: "more"}
	}
	if text, ok, err := reference(v, place); err != nil {
		return nil, err
	} else if ok {
		return e.expression(text, place)
	}
	switch x := v.(type) {
	case []any:
		out := make([]any, len(x))
		for i, w := range x {
			var err error
			if out[i], err = e.value(w, fmt.Sprintf("%s[%d]", place, i)); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, w := range x {
			var err error
			if out[k], err = e.value(w, place+"."+k); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// expression computes a reference. A list or an object that a parameter holds is
// copied, for what reads the graph changes it.
func (e expansion) expression(text, place string) (any, error) {
	n, _, err := parse(text)
	var v any
	if err == nil {
		v, err = n(e.parameters)
	}
	if err != nil {
		return nil, &Error{Place: place, What: fmt.Sprintf("$ %q: %v", text, err)}
	}
	v = layers.Replace(decoded(v), func(any) (any, bool) { *e.left--; return nil, false })
	if *e.left < 0 {
		return e.value(nil, place)
	}
	return v, nil
}
