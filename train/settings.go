package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
)

// Settings is what a model is compiled with: optimizer, loss and metrics of
// each output.
type Settings struct {
	Optimizer   Optimizer
	Losses      []Loss    // by output; an empty Name means the output has none
	LossWeights []float64 // by output; nil is 1 for each
	Metrics     [][]Metric
}

// SettingsOf reads the training configuration that the model's file holds. It
// returns nil when there is none, and a *keras.UnsupportedError that lists
// everything in it that kerasrun does not have.
func SettingsOf(m *keras.Model) (*Settings, error) {
	raw := m.Origin().TrainingConfig
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var config map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&config); err != nil {
		return nil, fmt.Errorf("%s: training configuration: %w", m.Origin().File, err)
	}
	r := &settingsReader{model: m, era: max(2, m.Origin().Era)}
	s := r.read(config)
	if len(r.problems) > 0 {
		return nil, &keras.UnsupportedError{File: m.Origin().File, Problems: r.problems}
	}
	return s, nil
}

// settingsReader turns a training configuration of any era into Settings.
type settingsReader struct {
	model    *keras.Model
	era      int
	problems []layers.Problem
}

func (r *settingsReader) unsupported(where, format string, args ...any) {
	r.problems = append(r.problems, layers.Problem{Where: "training configuration: " + where, What: fmt.Sprintf(format, args...)})
}

func (r *settingsReader) read(config map[string]any) *Settings {
	s := &Settings{}
	optimizer := config["optimizer_config"]
	if optimizer == nil {
		optimizer = config["optimizer"]
	}
	if optimizer == nil {
		optimizer = "rmsprop" // Keras' default
	}
	s.Optimizer = r.optimizer(optimizer)
	outputs := r.model.Outputs()
	s.Losses = make([]Loss, len(outputs))
	s.Metrics = make([][]Metric, len(outputs))
	for i, v := range r.byOutput("loss", config["loss"], false) {
		if v != nil {
			s.Losses[i] = r.loss(v)
		}
	}
	for i, v := range r.byOutput("loss_weights", config["loss_weights"], true) {
		if s.LossWeights == nil && config["loss_weights"] != nil {
			s.LossWeights = make([]float64, len(outputs))
			for k := range s.LossWeights {
				s.LossWeights[k] = 1
			}
		}
		if w, ok := layers.Float(v); ok {
			s.LossWeights[i] = w
		}
	}
	for i, v := range r.metricsByOutput(config["metrics"]) {
		for _, x := range v {
			if m, ok := r.metric(x); ok {
				s.Metrics[i] = append(s.Metrics[i], m)
			}
		}
	}
	if w := config["weighted_metrics"]; w != nil {
		if list, ok := w.([]any); !ok || len(list) > 0 {
			r.unsupported("weighted_metrics", "weighted metrics are not computed")
		}
	}
	return s
}

// byOutput spreads a value over the outputs: one for all, a list in their
// order, or an object by their names.
func (r *settingsReader) byOutput(key string, v any, scalar bool) []any {
	outputs := r.model.Outputs()
	all := make([]any, len(outputs))
	switch x := v.(type) {
	case nil:
	case []any:
		if len(x) > len(outputs) {
			r.unsupported(key, "%d entries for %d outputs", len(x), len(outputs))
			return all
		}
		copy(all, x)
	case map[string]any:
		if _, isObject := x["class_name"]; isObject {
			for i := range all {
				all[i] = v
			}
			break
		}
		for i, o := range outputs {
			all[i] = x[o.Name]
		}
	default:
		for i := range all {
			all[i] = v
		}
	}
	return all
}

// metricsByOutput spreads a list of metrics over the outputs. A flat list is
// for every output; a list of lists has one for each.
func (r *settingsReader) metricsByOutput(v any) [][]any {
	all := make([][]any, len(r.model.Outputs()))
	list, ok := v.([]any)
	if !ok {
		for i, x := range r.byOutput("metrics", v, false) {
			if l, isList := x.([]any); isList {
				all[i] = l
			} else if x != nil {
				all[i] = []any{x}
			}
		}
		return all
	}
	nested := false
	for _, x := range list {
		_, isList := x.([]any)
		nested = nested || isList
	}
	for i := range all {
		switch {
		case !nested:
			all[i] = list
		case i < len(list):
			if l, isList := list[i].([]any); isList {
				all[i] = l
			} else if list[i] != nil {
				all[i] = []any{list[i]}
			}
		}
	}
	return all
}

func (r *settingsReader) loss(v any) Loss {
	name, config := named(v)
	if fn, ok := config["fn"].(string); ok { // LossFunctionWrapper
		name = fn
	}
	l, err := ParseLoss(name)
	if err != nil {
		r.unsupported("loss", "%v", err)
		return l
	}
	l.Era = r.era
	for k, x := range config {
		switch k {
		case "name", "fn", "dtype":
		case "from_logits":
			l.FromLogits, _ = x.(bool)
		case "label_smoothing":
			l.LabelSmoothing, _ = layers.Float(x)
		case "delta":
			l.Delta, _ = layers.Float(x)
		case "axis":
			if a, ok := layers.Int(x); !ok || a != -1 {
				r.unsupported("loss", "%s: axis %v", name, x)
			}
		case "reduction":
			switch x {
			case nil, "auto", "sum_over_batch_size", "none":
			default:
				r.unsupported("loss", "%s: reduction %v", name, x)
			}
		case "ignore_class":
			if x != nil {
				r.unsupported("loss", "%s: ignore_class %v", name, x)
			}
		default:
			r.unsupported("loss", "%s: option %s=%v", name, k, x)
		}
	}
	return l
}

func (r *settingsReader) metric(v any) (Metric, bool) {
	name, config := named(v)
	f := name
	if fn, ok := config["fn"].(string); ok { // MeanMetricWrapper
		f = fn
	}
	m, err := ParseMetric(f)
	if err != nil {
		r.unsupported("metrics", "%v", err)
		return m, false
	}
	m.Name = snakeCase(name)
	if s, isString := v.(string); isString {
		m.Name = s
	}
	if n, ok := config["name"].(string); ok {
		m.Name = n
	}
	return m, true
}

// optimizer reads an optimizer's class and options.
func (r *settingsReader) optimizer(v any) Optimizer {
	name, config := named(v)
	o, err := ParseOptimizer(name)
	if err != nil {
		r.unsupported("optimizer", "%v", err)
		return o
	}
	numbers := map[string]*float64{
		"learning_rate": &o.LearningRate, "lr": &o.LearningRate, "decay": &o.Decay, "momentum": &o.Momentum,
		"beta_1": &o.Beta1, "beta_2": &o.Beta2, "rho": &o.Rho, "epsilon": &o.Epsilon, "weight_decay": &o.WeightDecay,
		"clipnorm": &o.ClipNorm, "clipvalue": &o.ClipValue, "global_clipnorm": &o.GlobalClipNorm,
	}
	keys := make([]string, 0, len(config))
	for k := range config {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		x := config[k]
		if p, ok := numbers[k]; ok {
			if x == nil {
				continue
			}
			if *p, ok = layers.Float(x); !ok {
				r.unsupported("optimizer", "%s: %s=%v", name, k, x)
			}
			continue
		}
		switch k {
		case "nesterov":
			o.Nesterov, _ = x.(bool)
		case "amsgrad":
			o.Amsgrad, _ = x.(bool)
		case "centered":
			o.Centered, _ = x.(bool)
		case "name", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency":
		case "use_ema", "loss_scale_factor", "gradient_accumulation_steps":
			if x != nil && x != false {
				r.unsupported("optimizer", "%s: %s=%v", name, k, x)
			}
		default:
			if x != nil {
				r.unsupported("optimizer", "%s: unknown option %s=%v", name, k, x)
			}
		}
	}
	return o
}

// named splits a name, or an object with class_name and config.
func named(v any) (string, map[string]any) {
	if s, ok := v.(string); ok {
		return trimCustom(s), nil
	}
	class, config, _ := layers.ClassAndConfig(v)
	if class == "function" { // a function serialized by Keras 3
		m, _ := v.(map[string]any)
		s, _ := m["config"].(string)
		return s, nil
	}
	return trimCustom(class), config
}

// trimCustom drops the package that tf.keras puts before its own optimizers.
func trimCustom(s string) string {
	const custom = "Custom>"
	if len(s) > len(custom) && s[:len(custom)] == custom {
		return s[len(custom):]
	}
	return s
}
