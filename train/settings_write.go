package train

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/kerasrun/kerasrun/keras"
)

// marshal writes the settings as the given Keras era writes training_config
// into an .h5 file.
func (s *Settings) marshal(m *keras.Model, era int) ([]byte, error) {
	losses := make([]any, len(s.Losses))
	metrics := make([]any, len(s.Losses))
	any := false
	for i, l := range s.Losses {
		losses[i] = l.config()
		names := []string{}
		if i < len(s.Metrics) {
			for _, x := range s.Metrics[i] {
				names = append(names, x.config())
				any = true
			}
		}
		metrics[i] = names
	}
	config := map[string]interface{}{
		"weighted_metrics": nil, "loss_weights": nil, "metrics": nil, "loss": losses,
		"optimizer_config": s.Optimizer.config(era),
	}
	if len(losses) == 1 {
		config["loss"] = losses[0]
	}
	switch {
	case any && len(metrics) == 1:
		config["metrics"] = metrics[0]
	case any:
		config["metrics"] = metrics
	}
	if s.LossWeights != nil {
		config["loss_weights"] = s.LossWeights
	}
	if era == 3 {
		config["run_eagerly"], config["steps_per_execution"], config["jit_compile"] = false, 1, false
	}
	return json.Marshal(floats(config))
}

// config is the loss as Keras writes it: its name when it has no options.
func (l Loss) config() any {
	if l.Name == "" {
		return nil
	}
	if !l.FromLogits && l.LabelSmoothing == 0 && (l.Delta == 0 || l.Delta == 1) {
		return l.Name
	}
	config := map[string]any{"name": l.Name, "reduction": "sum_over_batch_size"}
	class := classNames[l.Name]
	if l.Name == "huber" {
		config["delta"] = l.Delta
	} else {
		config["from_logits"] = l.FromLogits
		if l.Name != "sparse_categorical_crossentropy" {
			config["label_smoothing"] = l.LabelSmoothing
			config["axis"] = -1
		}
	}
	return map[string]any{"module": "keras.losses", "class_name": class, "config": config, "registered_name": nil}
}

// classNames has the classes of the losses that have options.
var classNames = map[string]string{
	"huber": "Huber", "binary_crossentropy": "BinaryCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy",
	"sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}

// config is the metric as compile() takes it.
func (m Metric) config() string {
	if p, err := ParseMetric(m.Name); err == nil && p.Func == m.Func {
		return m.Name
	}
	return m.Func
}

// config is the optimizer as Keras 2.11 and later write it.
func (o Optimizer) config(era int) map[string]any {
	optional := func(v float64) any {
		if v == 0 {
			return nil
		}
		return v
	}
	name := snakeCase(o.Class)
	if era == 2 {
		name = o.Class
	}
	// Keras keeps the rate as float32.
	rate := float64(float32(o.LearningRate))
	c := map[string]any{
		"name": name, "learning_rate": rate, "weight_decay": optional(o.WeightDecay), "clipnorm": optional(o.ClipNorm),
		"global_clipnorm": optional(o.GlobalClipNorm), "clipvalue": optional(o.ClipValue),
		"use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": nil,
	}
	switch o.Class {
	case "SGD":
		c["momentum"], c["nesterov"] = o.Momentum, o.Nesterov
	case "Adam", "AdamW":
		c["beta_1"], c["beta_2"], c["epsilon"], c["amsgrad"] = o.Beta1, o.Beta2, o.Epsilon, o.Amsgrad
	case "RMSprop":
		c["rho"], c["momentum"], c["epsilon"], c["centered"] = o.Rho, o.Momentum, o.Epsilon, o.Centered
	}
	class := o.Class
	if era == 2 {
		c["jit_compile"], c["is_legacy_optimizer"] = false, false
		class = "Custom>" + class
		if o.Class == "RMSprop" {
			c["ema_overwrite_frequency"] = 100
		}
	} else {
		c["loss_scale_factor"], c["gradient_accumulation_steps"] = nil, nil
	}
	for k, v := range c {
		if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			c[k] = nil
		}
	}
	return map[string]any{"class_name": class, "config": c}
}

// floats writes whole float64s as Python does, 0.0: Keras tells them from ints.
func floats(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = floats(e)
		}
	case []any:
		for i, e := range x {
			x[i] = floats(e)
		}
	case []float64:
		list := make([]any, len(x))
		for i, e := range x {
			list[i] = floats(e)
		}
		return list
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			return json.Number(strconv.FormatFloat(x, 'f', 1, 64))
		}
	}
	return v
}
