package train

import (
	"maps"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers"
)

// optimizer reads an optimizer's class and options in the spelling of any Keras.
func (r *settingsReader) optimizer(v any) (o optimizers.Optimizer) {
	class, config := named(v)
	r.decode("optimizer", func(d *layers.Decoder) {
		modern := modernOptimizer(d, class, config)
		if clip := modern["clipnorm"]; clip != nil && aloneBefore(r.model.Origin(), 4) {
			modern["clipnorm"], modern["global_clipnorm"] = nil, clip
		}
		o = optimizers.Decode(d, class, modern)
		if n, ok := o.(*optimizers.Nadam); ok {
			n.ScheduleDecay = scheduleDecay(d, config)
		}
	})
	return o
}

// scheduleDecay is the option of Nadam up to Keras 2.10 that slows the schedule of its
// momentum, or nil: Keras by itself writes it as schedule_decay, TensorFlow's as decay.
func scheduleDecay(d *layers.Decoder, config map[string]any) *float64 {
	for _, key := range []string{"schedule_decay", "decay"} {
		if v := config[key]; v != nil {
			x, ok := layers.Float(v)
			if !ok {
				d.Unsupported("Nadam: option %s=%v", key, v)
				return nil
			}
			return &x
		}
	}
	return nil
}

// modernOptimizer gives an optimizer's options their spelling in Keras 3.
func modernOptimizer(d *layers.Decoder, class string, given map[string]any) map[string]any {
	config := maps.Clone(given)
	if rate := config["lr"]; rate != nil && config["learning_rate"] == nil {
		config["learning_rate"] = rate
	}
	// TensorFlow's Nadam calls so what slows the schedule of its momentum.
	if decay := config["decay"]; decay != nil && !strings.EqualFold(class, "Nadam") {
		divideRate(d, class, config, decay)
	}
	for _, k := range []string{"lr", "decay", "schedule_decay", "jit_compile", "is_legacy_optimizer"} {
		delete(config, k)
	}
	return config
}

// divideRate writes out the decay of Keras 2.10 and before, which divides the
// learning rate by 1 + decay·iteration.
func divideRate(d *layers.Decoder, class string, config map[string]any, decay any) {
	x, ok := layers.Float(decay)
	if !ok {
		d.Unsupported("%s: option decay=%v", class, decay)
	}
	o, err := optimizers.New(class)
	if err != nil || x == 0 {
		return
	}
	rate := o.Base().LearningRate
	if given := config["learning_rate"]; given != nil {
		if rate, ok = layers.Float(given); !ok {
			d.Unsupported("%s: decay=%v of a learning rate schedule", class, decay)
			return
		}
	}
	config["learning_rate"] = object("keras.optimizers.schedules", "InverseTimeDecay",
		map[string]any{"initial_learning_rate": rate, "decay_steps": 1.0, "decay_rate": x})
}
