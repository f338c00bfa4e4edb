package metrics

import (
	"reflect"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
)

// Decode makes a metric from its name, or its class, and its options in the
// spelling of Keras 3, or returns nil. Options that are null keep their defaults.
// What is wrong is in d.Problems.
func Decode(d *layers.Decoder, name string, config map[string]any) Metric {
	m := named(name)
	if name == "Accuracy" && config != nil { // an instance of the class
		m = new(Accuracy)
	}
	if m == nil {
		_, err := New(name)
		d.Unsupported("%v", err)
		return nil
	}
	m.Base().Name = layers.SnakeCase(name)
	if n, ok := config["name"].(string); ok {
		m.Base().Name = n
	}
	d.At(name, func() {
		var options any = m
		if l, ok := m.(*OfLoss); ok {
			options = l.Loss
		}
		own, given := layers.Options(options), map[string]any{}
		for k, v := range config {
			_, have := own[k]
			switch {
			case v == nil || k == "name" || k == "fn" || k == "dtype":
			case !have && (k == "from_logits" && v == false || k == "axis" || k == "label_smoothing" && zero(v)):
			default:
				given[k] = v
			}
		}
		d.Struct(given, options)
		if n, ok := m.(nullable); ok {
			n.null(config)
		}
	})
	return m
}

// nullable is implemented by metrics for which null is another value than the
// default.
type nullable interface{ null(config map[string]any) }

func zero(v any) bool {
	x, ok := layers.Float(v)
	return ok && x == 0
}

// Config returns how compile() of an era, 2 or 3, takes the metric under a name:
// its function's name alone when that says all, or its class and options.
func Config(m Metric, name string, era int) (class, function string, options map[string]any) {
	e := entryOf(m)
	if fresh := named(name); fresh != nil && e.function {
		fresh.Base().Name = m.Base().Name
		// Keras 2 takes "mae" for the name's long form, and Keras 3 has no name of log_cosh.
		if reflect.DeepEqual(fresh, m) && (era == 3 && e.name != "log_cosh" || era == 2 && name == e.name || e.name == "accuracy") {
			return "", name, nil
		}
	}
	if e.class == "" {
		return "", e.name, nil
	}
	var from any = m
	if l, ok := m.(*OfLoss); ok {
		from = l.Loss
	}
	options = layers.Options(from)
	options["name"], options["dtype"] = name, "float32"
	if c, ok := m.(losses.Configurer); ok {
		c.Configure(options)
	}
	return e.class, e.name, options
}
