package losses

import (
	"reflect"

	"github.com/kerasrun/kerasrun/layers"
)

// Decode makes a loss from its name and its options in the spelling of Keras 3,
// or returns nil. Options that are null keep their defaults. What is wrong is in
// d.Problems.
func Decode(d *layers.Decoder, name string, config map[string]any) Loss {
	l, err := New(name)
	if err != nil {
		d.Unsupported("%v", err)
		return nil
	}
	d.At(name, func() {
		given := map[string]any{}
		for k, v := range config {
			switch {
			case v == nil || k == "name" || k == "fn" || k == "dtype":
			case k == "reduction":
				decodeReduction(d, l.Base(), v)
			case k == "axis":
				if a, ok := layers.Int(v); !ok || a != -1 || overAll(l) {
					d.Unsupported("axis %v", v)
				}
			default:
				given[k] = v
			}
		}
		d.Struct(given, l)
	})
	return l
}

// overAll reports whether the loss is over all axes, where others take the last.
func overAll(l Loss) bool {
	config := map[string]any{}
	if c, ok := l.(Configurer); ok {
		c.Configure(config)
	}
	axis, given := config["axis"]
	return given && axis == nil
}

func decodeReduction(d *layers.Decoder, c *Common, v any) {
	switch v {
	case "auto", "sum_over_batch_size", "mean":
	case "sum", "mean_with_sample_weight":
		c.Reduction = v.(string)
	default:
		d.Unsupported("reduction %v", v)
	}
}

// Configurer is implemented by losses that write more of their configuration
// than their options.
type Configurer interface{ Configure(config map[string]any) }

// Config returns how Keras writes the loss: its function's name alone, when all
// its options are Keras' defaults, or its class and options.
func Config(l Loss) (class, function string, options map[string]any) {
	class, function = names(l)
	if class == "" {
		return "", Name(l), nil
	}
	if fresh, err := New(class); err == nil && reflect.DeepEqual(fresh, l) {
		return "", function, nil
	}
	options = layers.Options(l)
	options["name"], options["reduction"] = function, "sum_over_batch_size"
	if r := l.Base().Reduction; r != "" {
		options["reduction"] = r
	}
	if c, ok := l.(Configurer); ok {
		c.Configure(options)
	}
	return class, function, options
}
