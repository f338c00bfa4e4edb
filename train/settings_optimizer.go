package train

import (
	"fmt"
	"maps"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers"
)

// optimizer reads an optimizer's class and options in the spelling of any Keras.
func (r *settingsReader) optimizer(v any) (o optimizers.Optimizer) {
	class, config := named(v)
	r.decode("optimizer", func(d *layers.Decoder) {
		modern := modernOptimizer(d, class, config)
		if clip := modern["clipnorm"]; clip != nil && clipsGlobally(r.model.Origin()) {
			modern["clipnorm"], modern["global_clipnorm"] = nil, clip
		}
		o = optimizers.Decode(d, class, modern)
	})
	return o
}

// clipsGlobally tells whether clipnorm bounds the norm of all gradients together, as
// in Keras by itself up to 2.3.1; TensorFlow's bounds each gradient's.
func clipsGlobally(o *keras.Origin) bool {
	var major, minor int
	n, _ := fmt.Sscanf(o.KerasVersion, "%d.%d", &major, &minor)
	old := n == 2 && (major == 1 || major == 2 && minor < 4) || n != 2 && o.Era == 1
	return old && !strings.HasSuffix(o.KerasVersion, "-tf")
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
