package train

import (
	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
)

// marshal writes the settings as the given Keras era writes training_config
// into an .h5 file.
func (s *Settings) marshal(m *keras.Model, era int) ([]byte, error) {
	byOutput := make([]any, len(s.Losses))
	for i, l := range s.Losses {
		byOutput[i] = lossConfig(l)
	}
	config := map[string]any{
		"loss": byOutput, "loss_weights": nil, "optimizer_config": optimizerConfig(s.Optimizer, era),
		"metrics":          metricsConfig(s.Metrics, m.Outputs(), era),
		"weighted_metrics": metricsConfig(s.WeightedMetrics, m.Outputs(), era),
	}
	if len(byOutput) == 1 {
		config["loss"] = byOutput[0]
	}
	if s.LossWeights != nil {
		config["loss_weights"] = s.LossWeights
	}
	if era == 3 {
		config["run_eagerly"], config["steps_per_execution"], config["jit_compile"] = false, 1, false
	}
	return pyjson.Marshal(config)
}

// metricsConfig lists the metrics: those of the only output, or a list for each
// output; nil when there are none. With several outputs Keras 2 has each
// metric's name in an .h5 begin with the output's.
func metricsConfig(byOutput [][]metrics.Metric, outputs []keras.Port, era int) any {
	lists, some := make([][]any, len(outputs)), false
	for i, o := range outputs {
		lists[i] = []any{}
		for _, m := range at(byOutput, i) {
			name := m.Base().Name
			if era == 2 && len(outputs) > 1 {
				name = o.Name + "_" + name
			}
			lists[i] = append(lists[i], metricConfig(m, name, era))
			some = true
		}
	}
	switch {
	case !some:
		return nil
	case len(outputs) == 1:
		return lists[0]
	}
	return lists
}

// lossConfig is the loss as Keras writes it: its name when it has no options.
func lossConfig(l losses.Loss) any {
	if l == nil {
		return nil
	}
	class, name, options := losses.Config(l)
	if class == "" {
		return name
	}
	return object("keras.losses", class, options)
}

// metricConfig is the metric as compile() takes it: a name that says all, or an
// instance of its class.
func metricConfig(m metrics.Metric, name string, era int) any {
	class, function, options := metrics.Config(m, name, era)
	if class == "" {
		return function
	}
	return object("keras.metrics", class, options)
}

// object is an instance of a class as Keras 2.13 and later write it.
func object(module, class string, config map[string]any) map[string]any {
	return map[string]any{"module": module, "class_name": class, "config": config, "registered_name": nil}
}

// optimizerConfig is the optimizer as Keras 2.11 and later write it, Nadam with a
// decay of its schedule as their legacy optimizer.
func optimizerConfig(o optimizers.Optimizer, era int) map[string]any {
	class, c := optimizers.Class(o), optimizers.Config(o)
	if era == 2 {
		c["name"], c["jit_compile"], c["is_legacy_optimizer"] = class, false, false
		delete(c, "gradient_accumulation_steps")
		delete(c, "loss_scale_factor")
		if legacyNadam(o) {
			return legacyConfig(class, c, *o.(*optimizers.Nadam).ScheduleDecay)
		}
		class = "Custom>" + class
	}
	return map[string]any{"class_name": class, "config": c}
}

// legacyConfig is an optimizer with a decay as TensorFlow's Keras up to 2.10 writes it.
func legacyConfig(class string, c map[string]any, decay float64) map[string]any {
	config := map[string]any{"name": class, "decay": decay}
	for _, k := range []string{"learning_rate", "beta_1", "beta_2", "epsilon", "clipnorm", "clipvalue", "global_clipnorm"} {
		if c[k] != nil {
			config[k] = c[k]
		}
	}
	return map[string]any{"class_name": class, "config": config}
}
