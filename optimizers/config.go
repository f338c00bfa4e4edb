package optimizers

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers/schedules"
)

// Decode makes an optimizer from its class and its options in the spelling of
// Keras 3, or returns nil. Options that are null keep their defaults, and what
// is false of an option that the class does not have is passed over. What is
// wrong is in d.Problems.
func Decode(d *layers.Decoder, class string, config map[string]any) Optimizer {
	o, err := New(class)
	if err != nil {
		d.Unsupported("%v", err)
		return nil
	}
	d.At(Class(o), func() {
		if own, ok := o.(interface {
			Decode(d *layers.Decoder, config map[string]any)
		}); ok {
			own.Decode(d, config)
			return
		}
		known, given := layers.Options(o), map[string]any{}
		for k, v := range config {
			if n, ok := o.(interface{ null(key string) }); ok && v == nil {
				n.null(k)
			}
			if _, have := known[k]; v != nil && k != "name" && k != "learning_rate" && (have || v != false) {
				given[k] = v
			}
		}
		if rate := config["learning_rate"]; rate != nil {
			decodeRate(d, o.Base(), rate)
		}
		d.Struct(given, o)
		if err := o.Base().Check(); err != nil {
			d.Broken("%v", err)
		}
	})
	return o
}

// decodeRate reads a learning rate: a number or a schedule.
func decodeRate(d *layers.Decoder, c *Common, v any) {
	if x, ok := layers.Float(v); ok {
		c.LearningRate = x
		return
	}
	before := len(d.Problems)
	s := schedules.Decode(d, v)
	if s != nil && len(d.Problems) == before {
		c.Schedule, c.LearningRate = s, float64(s.At(0))
	}
}

// Configurer is implemented by optimizers that write more of their configuration
// than their options, or write one otherwise.
type Configurer interface{ Configure(config map[string]any) }

// Config is the optimizer's configuration as Keras 3 writes it. The options of
// every optimizer are null when they are 0, but for the EMA's momentum.
func Config(o Optimizer) map[string]any {
	base, c := o.Base(), layers.Options(o)
	c["name"] = layers.SnakeCase(Class(o))
	c["learning_rate"] = float64(float32(base.LearningRate)) // Keras keeps float32
	if s := base.Schedule; s != nil {
		c["learning_rate"] = map[string]any{"module": "keras.optimizers.schedules", "class_name": schedules.Class(s),
			"config": schedules.Config(s), "registered_name": nil}
	}
	for k := range layers.Options(base) {
		if x := c[k]; x == 0 || x == 0.0 {
			c[k] = nil
		}
	}
	c["ema_momentum"] = base.EMAMomentum
	if w, ok := o.(Configurer); ok {
		w.Configure(c)
	}
	return c
}
