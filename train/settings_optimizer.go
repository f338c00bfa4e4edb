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
		o = optimizers.Decode(d, class, modernOptimizer(d, class, config))
	})
	return o
}

// modernOptimizer gives an optimizer's options their spelling in Keras 3.
func modernOptimizer(d *layers.Decoder, class string, given map[string]any) map[string]any {
	config := maps.Clone(given)
	if rate := config["lr"]; rate != nil && config["learning_rate"] == nil {
		config["learning_rate"] = rate
	}
	// Nadam of Keras 2.3 and before has a decay of the momentum, TensorFlow's one
	// of that name; today's has none.
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
