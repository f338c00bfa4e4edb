package keras

import (
	"fmt"
	"strings"
)

// share marks the places at which one layer stands with the same
// shared_object_id. Keras gives a layer that it saves for the second time such
// an id, but not always the first place too, and numbers differ among the
// models within a model; layers of equal class, name and options of which any
// has an id are one. It returns nothing where no id stands.
func share(root spec) {
	groups := map[string][]spec{}
	marked := map[string]bool{}
	eachLayer(root, func(s spec) {
		if s["class_name"] == "InputLayer" {
			delete(s, "shared_object_id")
			return
		}
		key := fingerprint(s)
		groups[key] = append(groups[key], s)
		if _, ok := s["shared_object_id"]; ok {
			marked[key] = true
		}
	})
	id := 0
	for _, key := range sortedKeys(groups) {
		same := groups[key]
		if marked[key] && len(same) > 1 {
			id++
		}
		for _, s := range same {
			delete(s, "shared_object_id")
			if marked[key] && len(same) > 1 {
				s["shared_object_id"] = id
			}
		}
	}
}

// eachLayer visits a layer and those within it.
func eachLayer(s spec, do func(spec)) {
	do(s)
	c, _ := s["config"].(map[string]any)
	for _, k := range sortedKeys(c) {
		switch x := c[k].(type) {
		case map[string]any:
			if k == "layer" || k == "backward_layer" || k == "cell" {
				eachLayer(x, do)
			}
		case []any:
			if k != "layers" && k != "cells" {
				continue
			}
			for _, e := range x {
				if inner, ok := e.(map[string]any); ok {
					eachLayer(inner, do)
				}
			}
		}
	}
}

// fingerprint is equal for equal layers, whatever their ids and their place in
// a graph.
func fingerprint(s spec) string {
	var b strings.Builder
	write(&b, s["class_name"])
	write(&b, s["config"])
	return b.String()
}

func write(b *strings.Builder, v any) {
	switch x := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		for _, k := range sortedKeys(x) {
			if k != "shared_object_id" {
				fmt.Fprintf(b, "%q:", k)
				write(b, x[k])
			}
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for _, e := range x {
			write(b, e)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case string:
		fmt.Fprintf(b, "%q", x)
	default:
		fmt.Fprint(b, x)
	}
}
