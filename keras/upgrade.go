package keras

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// upgrade rewrites a configuration of any era into the Keras 3 spelling. It
// works on decoded JSON, whose depth the parser has bounded, so it may recurse.
type upgrade struct {
	origin   *Origin
	limits   Limits
	problems []layers.Problem
	limit    error // the first limit exceeded
	where    []string
	layers   int
	nodes    int
	shares   bool  // some layer stands at several places
	readings int   // left for the code of all Lambdas
	siblings []any // the layers before the one at hand, in the same model, which are upgraded already
}

// spec is a serialized layer, {"class_name": …, "config": {…}}.
type spec = map[string]any

// model upgrades a whole model in place and returns it.
func (u *upgrade) model(tree spec) spec {
	o := u.origin
	if version, ok := tree["keras_version"].(string); ok && o.KerasVersion == "" {
		o.KerasVersion = version
	}
	if backend, ok := tree["backend"].(string); ok && o.Backend == "" {
		o.Backend = backend
	}
	o.Class, _ = tree["class_name"].(string)
	o.Era = eraOf(o.KerasVersion, tree)
	return u.layer(tree)
}

// eraOf tells whose spelling a configuration has. Versions are not enough: a
// configuration alone has none in Keras 3, and Keras 1 wrote none at first.
func eraOf(version string, tree spec) int {
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && n >= 1 {
		return min(n, 3)
	}
	if _, ok := tree["module"]; ok {
		return 3
	}
	if mentionsAny(tree["config"], "nb_filter", "border_mode", "inner_init", "W_regularizer", "init", "subsample", "p") {
		return 1
	}
	if mentionsAny(tree["config"], "batch_shape") {
		return 3
	}
	return 2
}

// mentionsAny reports whether any of the keys occurs anywhere below v.
func mentionsAny(v any, keys ...string) bool {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			if mentionsAny(e, keys...) {
				return true
			}
		}
	case map[string]any:
		for _, k := range keys {
			if _, ok := x[k]; ok {
				return true
			}
		}
		for _, e := range x {
			if mentionsAny(e, keys...) {
				return true
			}
		}
	}
	return false
}

func (u *upgrade) at(place string, do func()) {
	u.where = append(u.where, place)
	do()
	u.where = u.where[:len(u.where)-1]
}

func (u *upgrade) broken(format string, args ...any) { u.problem(true, format, args) }

func (u *upgrade) unsupported(format string, args ...any) { u.problem(false, format, args) }

func (u *upgrade) problem(fatal bool, format string, args []any) {
	u.problems = append(u.problems, layers.Problem{Where: strings.Join(u.where, ": "), What: fmt.Sprintf(format, args...), Fatal: fatal})
}

// layer upgrades a layer and what is inside it, in place.
func (u *upgrade) layer(s spec) spec {
	if u.layers++; u.layers > u.limits.Layers {
		u.exceed("Layers", u.limits.Layers, u.layers)
		return s
	}
	class, _ := s["class_name"].(string)
	if _, isList := s["config"].([]any); isList && class == "Sequential" { // until Keras 2.2.2
		s["config"] = map[string]any{"layers": s["config"]}
	}
	c, ok := s["config"].(map[string]any)
	if !ok {
		u.broken("a layer must have a class_name and a config, received %s", short(s))
		return s
	}
	if _, ok := s["shared_object_id"]; ok {
		u.shares = true
	}
	name, _ := c["name"].(string)
	u.at(fmt.Sprintf("layer %q (%s)", name, class), func() {
		if u.origin.Era == 1 {
			u.keras1(s, c)
			c, _ = s["config"].(map[string]any)
		}
		if u.origin.Era <= 2 {
			u.keras2(s, c)
		}
		u.keras3(s, c)
		if s["class_name"] == "Lambda" {
			u.lambda(s, c)
		}
	})
	return s
}

func (u *upgrade) exceed(limit string, most, asked int) {
	if u.limit == nil {
		u.limit = &LimitError{Path: "config", Limit: limit, Max: uint64(most), Asked: uint64(asked)}
	}
}

// within upgrades the layers that stand in a layer's options.
func (u *upgrade) within(c map[string]any) {
	outer := u.siblings
	u.siblings = nil
	for _, key := range []string{"layer", "backward_layer", "forward_layer", "cell"} {
		if inner, ok := c[key].(map[string]any); ok {
			u.layer(inner)
		}
	}
	for _, key := range []string{"layers", "cells"} {
		list, _ := c[key].([]any)
		for i, e := range list {
			u.siblings = list[:i]
			if u.limit != nil {
				return
			}
			inner, ok := e.(map[string]any)
			if !ok {
				u.broken("%s must hold layers, received %s", key, short(e))
				continue
			}
			u.layer(inner)
		}
		u.siblings = nil
	}
	for key, v := range c { // a layer as an activation
		if inner, ok := v.(map[string]any); ok && strings.HasSuffix(key, "activation") && isModelOrLayer(inner) {
			u.layer(inner)
		}
	}
	u.siblings = outer
}

func isModelOrLayer(s spec) bool {
	_, hasConfig := s["config"].(map[string]any)
	return hasConfig && s["class_name"] != "function"
}

func rename(c map[string]any, from, to string) {
	if v, ok := c[from]; ok {
		delete(c, from)
		if _, taken := c[to]; !taken {
			c[to] = v
		}
	}
}

func drop(c map[string]any, keys ...string) {
	for _, k := range keys {
		delete(c, k)
	}
}

func preset(c map[string]any, key string, v any) {
	if _, ok := c[key]; !ok {
		c[key] = v
	}
}

// short shows a piece of configuration in a message.
func short(v any) string {
	s := fmt.Sprint(v)
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}

func sortedKeys[V any](m map[string]V) []string { return layers.SortedKeys(m) }
