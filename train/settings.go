package train

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
)

// Settings is what a model is compiled with: optimizer, loss and metrics of
// each output.
type Settings struct {
	Optimizer   optimizers.Optimizer
	Losses      []losses.Loss // by output; nil means the output has none
	LossWeights []float64     // by output; nil is 1 for each

	Metrics         [][]metrics.Metric // by output
	WeightedMetrics [][]metrics.Metric // by output: those that take sample weights
}

// SettingsOf reads the training configuration that the model's file holds. It
// returns nil when there is none, and a *keras.UnsupportedError that lists
// everything in it that kerasrun does not have.
func SettingsOf(m *keras.Model) (*Settings, error) {
	raw := m.Origin().TrainingConfig
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	v, err := pyjson.Parse(raw, maxDepth, pyjson.Ratio)
	if err != nil {
		return nil, broken(m, err)
	}
	config, ok := v.(map[string]any)
	if !ok {
		return nil, &keras.FormatError{File: m.Origin().File, What: "training configuration", Wanted: "an object", Received: fmt.Sprintf("%T", v)}
	}
	r := &settingsReader{model: m, era: max(2, m.Origin().Era)}
	s := r.read(config)
	if len(r.problems) > 0 {
		return nil, &keras.UnsupportedError{File: m.Origin().File, Problems: r.problems}
	}
	return s, nil
}

// maxDepth bounds how deep a training configuration may be nested.
const maxDepth = 512

// broken says where a training configuration is not JSON.
func broken(m *keras.Model, err error) error {
	var syntax *pyjson.SyntaxError
	if errors.As(err, &syntax) {
		return &keras.FormatError{File: m.Origin().File, What: "training configuration: " + syntax.Place(), Wanted: syntax.Wanted, Received: syntax.Received}
	}
	return &keras.LimitError{File: m.Origin().File, Path: "training configuration", Limit: "JSONDepth", Max: maxDepth, Asked: maxDepth + 1}
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
	s.Losses = make([]losses.Loss, len(outputs))
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
	s.Metrics = r.metrics(config["metrics"])
	s.WeightedMetrics = r.metrics(config["weighted_metrics"])
	return s
}

func (r *settingsReader) metrics(v any) [][]metrics.Metric {
	all := make([][]metrics.Metric, len(r.model.Outputs()))
	for i, list := range r.metricsByOutput(v) {
		for _, x := range list {
			if m := r.metric(x); m != nil {
				if len(all) > 1 { // Keras 2 stores names with the output's before them
					m.Base().Name = strings.TrimPrefix(m.Base().Name, r.model.Outputs()[i].Name+"_")
				}
				all[i] = append(all[i], m)
			}
		}
	}
	return all
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

func (r *settingsReader) loss(v any) (l losses.Loss) {
	name, config := named(v)
	if fn, ok := config["fn"].(string); ok { // LossFunctionWrapper
		name = fn
	}
	r.decode("loss", func(d *layers.Decoder) { l = losses.Decode(d, name, config) })
	return l
}

// decode keeps what is wrong in a part of the configuration.
func (r *settingsReader) decode(where string, do func(d *layers.Decoder)) {
	d := &layers.Decoder{}
	d.At("training configuration: "+where, func() { do(d) })
	for _, p := range d.Problems {
		p.Fatal = false
		r.problems = append(r.problems, p)
	}
}

func (r *settingsReader) metric(v any) (m metrics.Metric) {
	name, config := named(v)
	f := name
	if config["fn"] != nil { // MeanMetricWrapper
		f, _ = named(config["fn"])
	}
	r.decode("metrics", func(d *layers.Decoder) { m = metrics.Decode(d, f, config) })
	if m == nil {
		return nil
	}
	if s, isString := v.(string); isString {
		m.Base().Name = s
	} else if config["name"] == nil {
		m.Base().Name = layers.SnakeCase(name)
	}
	return m
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
