package keras

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
)

// openYAML reads what model.to_yaml() of Keras 1 and 2 wrote, and the weights
// that belong to it.
func (l *loader) openYAML() (*Model, error) {
	data, err := l.whole()
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, &FormatError{What: "YAML", Err: err}
	}
	y := yamlTree{limits: l.limits}
	v, err := y.value(&doc, 0)
	if err != nil {
		return nil, err
	}
	if data, err = pyjson.Marshal(v); err != nil {
		return nil, err
	}
	return l.openConfig(data)
}

// yamlTree makes decoded JSON of YAML. Aliases are followed, so it counts what it
// makes: with aliases of aliases a small text would be endless.
type yamlTree struct {
	limits Limits
	nodes  int
}

func (y *yamlTree) value(n *yaml.Node, depth int) (any, error) {
	if y.nodes++; y.nodes > y.limits.Nodes {
		return nil, &LimitError{Path: "config", Limit: "Nodes", Max: uint64(y.limits.Nodes), Asked: uint64(y.nodes)}
	}
	if depth > y.limits.JSONDepth {
		return nil, &LimitError{Path: "config", Limit: "JSONDepth", Max: uint64(y.limits.JSONDepth), Asked: uint64(depth)}
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return y.value(n.Content[0], depth+1)
	case yaml.AliasNode:
		return y.value(n.Alias, depth+1)
	case yaml.SequenceNode: // !!python/tuple among them
		out := []any{}
		for _, c := range n.Content {
			v, err := y.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := out[key.Value]; twice || key.Kind != yaml.ScalarNode {
				return nil, y.broken(key, "different names for keys")
			}
			v, err := y.value(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			out[key.Value] = v
		}
		return out, nil
	case yaml.ScalarNode:
		return y.scalar(n)
	}
	return nil, y.broken(n, "a value")
}

func (y *yamlTree) scalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		var v bool
		if err := n.Decode(&v); err != nil {
			return nil, y.broken(n, "true or false")
		}
		return v, nil
	case "!!int":
		var v int64
		if err := n.Decode(&v); err != nil {
			return nil, y.broken(n, "a whole number")
		}
		return v, nil
	case "!!float":
		var v float64
		if err := n.Decode(&v); err != nil {
			return nil, y.broken(n, "a number")
		}
		return v, nil
	case "!!str", "!!python/unicode", "!python/unicode", "tag:yaml.org,2002:python/unicode":
		return n.Value, nil
	}
	return nil, y.broken(n, "a number, a text, true, false or null")
}

func (y *yamlTree) broken(n *yaml.Node, wanted string) error {
	return &FormatError{What: fmt.Sprintf("YAML in line %d:", n.Line), Wanted: wanted, Received: fmt.Sprintf("%s %q", n.ShortTag(), spelling.Short(n.Value))}
}
