package keras

import (
	"maps"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// objects lists the initializers, regularizers and constraints of Keras 3.15,
// with the options of each.
var objects = map[string]map[string][]string{
	"_initializer": {
		"Zeros": {}, "Ones": {}, "Constant": {"value"}, "Identity": {"gain"}, "Orthogonal": {"gain", "seed"},
		"RandomNormal": {"mean", "stddev", "seed"}, "TruncatedNormal": {"mean", "stddev", "seed"},
		"RandomUniform":   {"minval", "maxval", "seed"},
		"VarianceScaling": {"scale", "mode", "distribution", "seed"},
		"GlorotUniform":   {"seed"}, "GlorotNormal": {"seed"}, "HeUniform": {"seed"},
		"HeNormal": {"seed"}, "LecunUniform": {"seed"}, "LecunNormal": {"seed"},
	},
	"_regularizer": {
		"L1": {"l1"}, "L2": {"l2"}, "L1L2": {"l1", "l2"},
		"OrthogonalRegularizer": {"factor", "mode"},
	},
	"_constraint": {
		"NonNeg": {}, "UnitNorm": {"axis"}, "MaxNorm": {"max_value", "axis"},
		"MinMaxNorm": {"min_value", "max_value", "rate", "axis"},
	},
}

// otherObjects maps other spellings to the classes.
var otherObjects = map[string]string{
	"zero": "Zeros", "one": "Ones", "uniform": "RandomUniform", "normal": "RandomNormal", "maxnorm": "MaxNorm", "nonneg": "NonNeg",
	"unitnorm": "UnitNorm", "glorotuniform": "GlorotUniform", "glorotnormal": "GlorotNormal", "heuniform": "HeUniform", "henormal": "HeNormal",
	"lecununiform": "LecunUniform", "lecunnormal": "LecunNormal", "identityinitializer": "Identity", "orthogonalinitializer": "Orthogonal",
}

// options writes the objects that stand in a layer's options.
func (z *modernizer) options(c map[string]any, place string) {
	for _, key := range layers.SortedKeys(c) {
		v := c[key]
		if key == "dtype" {
			c[key] = modernPolicy(v)
			continue
		}
		if inner, ok := v.(map[string]any); ok && strings.HasSuffix(key, "activation") && spelling.IsLayer(inner) {
			z.layer(inner, nil, nil, place)
			continue
		}
		for suffix, known := range objects {
			if !strings.HasSuffix(key, suffix) || v == nil {
				continue
			}
			if o, ok := modernObject(v, strings.TrimPrefix(suffix, "_")+"s", known); ok {
				c[key] = o
			} else {
				delete(c, key)
				z.note("layer %q: training goes on without its %s=%s, which Keras 3 does not have", place, key, spelling.Short(v))
			}
		}
	}
}

// modernObject writes an initializer, regularizer or constraint. What it is set
// to matters to training only.
func modernObject(v any, module string, known map[string][]string) (any, bool) {
	name, isName := v.(string)
	m, _ := v.(map[string]any)
	if !isName {
		name, _ = m["class_name"].(string)
	}
	class := classNamed(strings.TrimSuffix(strings.TrimSuffix(name, "V2"), "V1"), known)
	options, ok := known[class]
	if !ok {
		return nil, false
	}
	given, _ := m["config"].(map[string]any)
	config := maps.Clone(given)
	maps.DeleteFunc(config, func(k string, _ any) bool { return !slices.Contains(options, k) })
	if config == nil {
		config = map[string]any{}
	}
	if config["distribution"] == "normal" {
		config["distribution"] = "truncated_normal"
	}
	return map[string]any{"module": "keras." + module, "class_name": class, "config": config, "registered_name": nil}, true
}

// classNamed finds the class that a name in any spelling means.
func classNamed[T any](name string, known map[string]T) string {
	if _, ok := known[name]; ok {
		return name
	}
	plain := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	if class, ok := otherObjects[plain]; ok {
		return class
	}
	for class := range known {
		if strings.ToLower(class) == plain {
			return class
		}
	}
	return ""
}

// modernPolicy writes a dtype policy, which was called so in Keras 2.
func modernPolicy(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	config, _ := m["config"].(map[string]any)
	name, ok := config["name"].(string)
	if !ok {
		return v
	}
	return map[string]any{"module": "keras", "class_name": "DTypePolicy", "config": map[string]any{"name": name}, "registered_name": nil}
}
