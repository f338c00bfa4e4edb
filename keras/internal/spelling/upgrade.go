package spelling

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/custom"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Source is what is known of the Keras that wrote a configuration.
type Source struct {
	KerasVersion string // "" when the file does not say
	Backend      string // "tensorflow", "theano", …, or ""
	Class        string // class_name of the root
	Era          int    // 1, 2 or 3: whose spelling the configuration has

	Blocks []*custom.Block // what custom classes are
}

// Limits bounds what a configuration may hold.
type Limits struct {
	Layers    int // nested ones included
	Nodes     int // calls of layers
	JSONDepth int // of JSON within the configuration
	Readings  int // steps of work for the code of all Lambdas
}

// Exceeded is the first limit that a configuration went beyond.
type Exceeded struct {
	Limit      string // the field of Limits
	Max, Asked int
}

// Result is an upgraded configuration.
type Result struct {
	Config Spec
	Source Source // the one given, with what the configuration itself says
	Shares bool   // some layer stands at several places: see Share
	layers.Collector
	Exceeded *Exceeded
}

// Upgrade rewrites a configuration of any era, in place, into the Keras 3
// spelling. Problems and limits are in the result, which is then not to be used.
// outputs tells the types of the outputs of an upgraded model, none where it
// cannot be built; Lambdas that ask for shapes need it.
func Upgrade(tree Spec, source Source, limits Limits, outputs func(model Spec) []runtime.Type) *Result {
	u := &upgrade{source: source, limits: limits, readings: limits.Readings, values: custom.MaxValues, outputs: outputs}
	r := &Result{Config: u.model(tree)}
	r.Source, r.Shares, r.Collector, r.Exceeded = u.source, u.shares, u.Collector, u.exceeded
	return r
}

// upgrade is one Upgrade. It works on decoded JSON, whose depth the parser has
// bounded, so it may recurse.
type upgrade struct {
	layers.Collector
	source   Source
	limits   Limits
	outputs  func(model Spec) []runtime.Type
	exceeded *Exceeded
	layers   int
	nodes    int
	shares   bool            // some layer stands at several places
	readings int             // left for the code of all Lambdas
	values   int             // left for the graphs of all blocks
	inside   []*custom.Block // whose graphs the layer at hand is in
	ordering string          // of axes in a model of Keras 1: "th", "tf"
	siblings []any           // the layers before the one at hand, in the same model, which are upgraded already
}

// Spec is a serialized layer, {"class_name": …, "config": {…}}.
type Spec = map[string]any

// model upgrades a whole model in place and returns it.
func (u *upgrade) model(tree Spec) Spec {
	o := &u.source
	if version, ok := tree["keras_version"].(string); ok && o.KerasVersion == "" {
		o.KerasVersion = version
	}
	if backend, ok := tree["backend"].(string); ok && o.Backend == "" {
		o.Backend = backend
	}
	o.Class, _ = tree["class_name"].(string)
	o.Era = EraOf(o.KerasVersion, tree)
	if o.Era == 1 {
		u.ordering = orderingOf(tree)
	}
	return u.layer(tree)
}

// EraOf tells whose spelling a configuration has. Versions are not enough: a
// configuration alone has none in Keras 3, and Keras 1 wrote none at first.
func EraOf(version string, tree Spec) int {
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

// layer upgrades a layer and what is inside it, in place.
func (u *upgrade) layer(s Spec) Spec {
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
		u.Broken("a layer must have a class_name and a config, received %s", Short(s))
		return s
	}
	if _, ok := s["shared_object_id"]; ok {
		u.shares = true
	}
	name, _ := c["name"].(string)
	u.At(fmt.Sprintf("layer %q (%s)", name, class), func() {
		if u.custom(s, c) {
			return
		}
		if u.source.Era == 1 {
			u.keras1(s, c)
			c, _ = s["config"].(map[string]any)
		}
		if u.source.Era <= 2 {
			u.keras2(s, c)
			u.theano(s, c)
		}
		u.keras3(s, c)
		if s["class_name"] == "Lambda" {
			u.lambda(s, c)
		}
	})
	return s
}

func (u *upgrade) exceed(limit string, most, asked int) {
	if u.exceeded == nil {
		u.exceeded = &Exceeded{Limit: limit, Max: most, Asked: asked}
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
			if u.exceeded != nil {
				return
			}
			inner, ok := e.(map[string]any)
			if !ok {
				u.Broken("%s must hold layers, received %s", key, Short(e))
				continue
			}
			u.layer(inner)
		}
		u.siblings = nil
	}
	for key, v := range c { // a layer as an activation
		if inner, ok := v.(map[string]any); ok && strings.HasSuffix(key, "activation") && IsLayer(inner) {
			u.layer(inner)
		}
	}
	u.siblings = outer
}

// IsLayer reports whether an object is a serialized layer or model.
func IsLayer(s Spec) bool {
	_, hasConfig := s["config"].(map[string]any)
	return hasConfig && s["class_name"] != "function"
}

// Rename moves an option to another key, unless that is taken.
func Rename(c map[string]any, from, to string) {
	if v, ok := c[from]; ok {
		delete(c, from)
		if _, taken := c[to]; !taken {
			c[to] = v
		}
	}
}

// Drop removes options.
func Drop(c map[string]any, keys ...string) {
	for _, k := range keys {
		delete(c, k)
	}
}

// Preset sets an option that is missing.
func Preset(c map[string]any, key string, v any) {
	if _, ok := c[key]; !ok {
		c[key] = v
	}
}

// Short shows a piece of configuration in a message.
func Short(v any) string {
	s := fmt.Sprint(v)
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}
