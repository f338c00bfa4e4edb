package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// common lists the options that LAYERS.md names once for all layers.
var common = layers.OptionNames(&layers.Sequential{})

// options lists a layer's own options with their defaults; l is new.
func options(class string, l layers.Layer) string {
	needed := required(class)
	var list []string
	for _, key := range layers.OptionNames(l) {
		if slices.Contains(common, key) {
			continue
		}
		v, _ := layers.Option(l, key)
		if needed[key] {
			list = append(list, "**"+key+"**")
		} else {
			list = append(list, key+"="+standard(v))
		}
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "|", `\|`)
}

// required returns the options without which a layer is refused: those that the
// problems of an empty configuration begin with.
func required(class string) map[string]bool {
	var d layers.Decoder
	d.Layer(map[string]any{"class_name": class, "config": map[string]any{}})
	keys := map[string]bool{}
	for _, p := range d.Problems {
		for _, word := range strings.FieldsFunc(p.What, func(r rune) bool { return r == ' ' || r == ',' }) {
			if word == "must" || word == "is" {
				break
			}
			keys[word] = true
		}
	}
	return keys
}

// standard shows a default as a configuration writes it.
func standard(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case string:
		if x == "" {
			return "null"
		}
		return x
	case layers.Activation:
		if x.Linear() {
			return "linear"
		}
		return x.Name
	case layers.Initializer:
		return x.Class
	case layers.Numbers:
		if x.Tensor == nil {
			return "null"
		}
	case fmt.Stringer:
		return x.String()
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return "null"
		}
		return standard(r.Elem().Interface())
	case reflect.Slice:
		if r.Len() == 0 {
			return "null"
		}
		list := make([]string, r.Len())
		for i := range list {
			list[i] = standard(r.Index(i).Interface())
		}
		if len(list) == 1 { // which Keras takes alone
			return list[0]
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	return fmt.Sprint(v)
}
