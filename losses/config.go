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
		_, choosesAxis := layers.Options(l)["axis"]
		for k, v := range config {
			switch {
			case k == "reduction" && v == nil:
				l.Base().Reduction = "none"
			case v == nil || k == "name" || k == "fn" || k == "dtype":
			case k == "reduction":
				decodeReduction(d, l.Base(), v)
			case k == "axis" && !choosesAxis:
				if a, ok := layers.Int(v); !ok || a != -1 {
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

func decodeReduction(d *layers.Decoder, c *Common, v any) {
	switch v {
	case "auto", "sum_over_batch_size", "mean":
	case "sum", "mean_with_sample_weight", "none":
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
	_, unnamed := l.(*CategoricalGeneralizedCrossEntropy) // Keras 3.15 knows the class only
	if fresh, err := New(class); err == nil && reflect.DeepEqual(fresh, l) && !unnamed {
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
