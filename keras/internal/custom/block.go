package custom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// Block is a class as a graph of layers.
type Block struct {
	Class           string // as files call it: "TransformerBlock", or "package>TransformerBlock"
	File            string // that the block was read from
	OwnWeights      []string
	SupportsMasking bool

	class      string         // Functional or Sequential
	config     map[string]any // of the graph, with {"$": …} where parameters go
	parameters map[string]any // with their defaults, nil for none
}

// Error says what is wrong with a block, and where.
type Error struct {
	Place, What, Wanted, Received string
}

func (e *Error) Error() string {
	s := e.What
	if e.Place != "" {
		s = strings.TrimSuffix(e.Place+": "+s, ": ")
	}
	if e.Wanted != "" {
		s += ": wanted " + e.Wanted + ", received " + e.Received
	}
	return s
}

// keys are what a block may hold; the second half is what Keras writes into the
// configuration of any model, and says nothing here.
var keys = []string{"class_name", "config", "parameters", "own_weights", "supports_masking",
	"module", "registered_name", "build_config", "compile_config", "keras_version", "backend"}

// Parse reads the block of a class from decoded JSON. Errors are of type *Error.
func Parse(class, file string, tree map[string]any) (*Block, error) {
	for _, k := range layers.SortedKeys(tree) {
		if !slices.Contains(keys, k) {
			return nil, &Error{Place: k, Wanted: "one of " + strings.Join(keys[:5], ", "), Received: "that"}
		}
	}
	b := &Block{Class: class, File: file}
	b.class, _ = tree["class_name"].(string)
	var ok bool
	if b.config, ok = tree["config"].(map[string]any); !ok || b.class != "Functional" && b.class != "Sequential" && b.class != "Model" {
		return nil, &Error{Place: "class_name", Wanted: "Functional or Sequential, with a config", Received: layers.Brief(tree["class_name"])}
	}
	if b.class == "Model" {
		b.class = "Functional"
	}
	if b.parameters, ok = tree["parameters"].(map[string]any); !ok && tree["parameters"] != nil {
		return nil, &Error{Place: "parameters", Wanted: "an object of names and defaults", Received: layers.Brief(tree["parameters"])}
	}
	if b.SupportsMasking, ok = tree["supports_masking"].(bool); !ok && tree["supports_masking"] != nil {
		return nil, &Error{Place: "supports_masking", Wanted: "true or false", Received: layers.Brief(tree["supports_masking"])}
	}
	own, ok := tree["own_weights"].([]any)
	if !ok && tree["own_weights"] != nil {
		return nil, &Error{Place: "own_weights", Wanted: "a list of layers", Received: layers.Brief(tree["own_weights"])}
	}
	for _, e := range own {
		name, ok := e.(string)
		if !ok {
			return nil, &Error{Place: "own_weights", Wanted: "names of layers", Received: layers.Brief(e)}
		}
		b.OwnWeights = append(b.OwnWeights, name)
	}
	return b, b.check(b.config, "config")
}

// implied are the parameters that every class has.
var implied = []string{"name", "trainable", "dtype"}

// check looks at all references before a model needs them.
func (b *Block) check(v any, place string) error {
	if text, ok, err := reference(v, place); err != nil {
		return err
	} else if ok {
		names, err := namesIn(text)
		if err != nil {
			return &Error{Place: place, What: fmt.Sprintf("$ %q", text), Wanted: "an expression", Received: err.Error()}
		}
		for _, n := range names {
			if _, ok := b.parameters[n]; !ok && !slices.Contains(implied, n) {
				return &Error{Place: place, What: fmt.Sprintf("$ %q: parameter %s", text, n), Wanted: b.known(), Received: "none of them"}
			}
		}
		return nil
	}
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			if err := b.check(e, fmt.Sprintf("%s[%d]", place, i)); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, k := range layers.SortedKeys(x) {
			if err := b.check(x[k], place+"."+k); err != nil {
				return err
			}
		}
	}
	return nil
}

// known lists the parameters for a message.
func (b *Block) known() string {
	return "one of parameters (" + strings.Join(layers.SortedKeys(b.parameters), ", ") + ")"
}

// reference recognises {"$": "expression"}.
func reference(v any, place string) (text string, ok bool, err error) {
	m, _ := v.(map[string]any)
	e, ok := m["$"]
	if !ok {
		return "", false, nil
	}
	text, isText := e.(string)
	if !isText || len(m) != 1 {
		return "", false, &Error{Place: place, What: "$", Wanted: "an expression of parameters, and nothing beside it", Received: layers.Brief(v)}
	}
	return text, true, nil
}
