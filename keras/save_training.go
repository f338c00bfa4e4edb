package keras

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/layers"
)

// The training configuration has two spellings: in an .h5 the optimizer stands
// under optimizer_config, named by its class alone ("Custom>Adam" in Keras 2);
// in a .keras it stands under optimizer, with its module.

// training parses the training configuration, nil when the model has none.
func (s *saver) training() (map[string]any, error) {
	raw := s.m.origin.TrainingConfig
	if len(raw) == 0 {
		return nil, nil
	}
	v, err := parseJSON(raw, DefaultLimits())
	if err != nil {
		return nil, err
	}
	config, ok := v.(map[string]any)
	if !ok {
		if v == nil {
			return nil, nil
		}
		return nil, &FormatError{What: "training configuration", Wanted: "a JSON object", Received: fmt.Sprintf("%T", v)}
	}
	return config, nil
}

// optimizerOf returns the optimizer's class, without package, and its options.
func optimizerOf(training map[string]any) (class string, config map[string]any) {
	for _, key := range []string{"optimizer_config", "optimizer"} {
		switch o := training[key].(type) {
		case string:
			return o, nil
		case map[string]any:
			class, _ = o["class_name"].(string)
			config, _ = o["config"].(map[string]any)
			return strings.TrimPrefix(class, "Custom>"), config
		}
	}
	return "", nil
}

// trainingH5 is the training configuration as an .h5 holds it, nil without one.
func (s *saver) trainingH5() ([]byte, error) {
	training, err := s.training()
	if err != nil || training == nil {
		return nil, err
	}
	if training["optimizer_config"] != nil {
		return s.m.origin.TrainingConfig, nil
	}
	class, config := optimizerOf(training)
	if class == "" { // a model that was never compiled
		return nil, nil
	}
	if s.era == 2 && config != nil { // a bare name stays one: "sgd" is SGD with its defaults
		class = "Custom>" + class
	}
	if config == nil {
		config = map[string]any{}
	}
	out := map[string]any{"optimizer_config": map[string]any{"class_name": class, "config": config}}
	for k, v := range training {
		if k != "optimizer" {
			out[k] = v
		}
	}
	if s.era == 3 {
		out["loss"] = wholeNames(out["loss"])
	}
	return pyjson.Marshal(out)
}

// wholeNames writes the names of losses in full. Keras 3.15 saves "mse" into an .h5
// that it cannot open.
func wholeNames(v any) any {
	return layers.Replace(v, func(v any) (any, bool) {
		switch x := v.(type) {
		case map[string]any: // an object, or one loss for each output
			return v, x["class_name"] != nil
		case string:
			whole := nameIn(lossNames, x)
			short := whole != "" && !strings.EqualFold(strings.ReplaceAll(whole, "_", ""), strings.ReplaceAll(x, "_", ""))
			return whole, short
		}
		return nil, false
	})
}

// trainingArchive is the training configuration as a .keras holds it.
func (s *saver) trainingArchive() (map[string]any, error) {
	training, err := s.training()
	if err != nil || training == nil || training["optimizer"] != nil {
		return training, err
	}
	class, config := optimizerOf(training)
	if class == "" {
		return training, nil
	}
	out := map[string]any{"optimizer": map[string]any{"module": "keras.optimizers", "class_name": class, "config": config, "registered_name": nil}}
	for k, v := range training {
		if k != "optimizer_config" {
			out[k] = v
		}
	}
	if s.era == 2 && len(s.m.outputs) > 1 {
		for _, key := range []string{"metrics", "weighted_metrics"} {
			s.trimOutputs(out[key])
		}
	}
	if s.era == 2 {
		inModule(out["loss"], "keras.losses")
		inModule(out["metrics"], "keras.metrics")
		inModule(out["weighted_metrics"], "keras.metrics")
	}
	return out, nil
}

// inModule says where classes are from, without which Keras 2.15 does not find them
// when it opens a .keras; an .h5 does not say it.
func inModule(v any, module string) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			inModule(e, module)
		}
	case map[string]any:
		class, isClass := x["class_name"].(string)
		if _, has := x["config"].(map[string]any); !isClass || !has {
			for _, e := range x {
				inModule(e, module)
			}
		} else if x["module"] == nil && !strings.Contains(class, ">") {
			x["module"], x["registered_name"] = module, nil
		}
	}
}

// trimOutputs takes the outputs' names from before those of metrics: Keras 2
// has them in an .h5, but puts them there itself when it opens a .keras.
func (s *saver) trimOutputs(metrics any) {
	lists, _ := metrics.([]any)
	for i, l := range lists {
		list, _ := l.([]any)
		for _, m := range list {
			object, _ := m.(map[string]any)
			config, _ := object["config"].(map[string]any)
			if name, ok := config["name"].(string); ok && i < len(s.m.outputs) {
				config["name"] = strings.TrimPrefix(name, s.m.outputs[i].Name+"_")
			}
		}
	}
}

// optimizer is the optimizer's state under names that a group can hold.
func (s *saver) optimizer() []Stored {
	out := make([]Stored, len(s.m.origin.Optimizer))
	taken := map[string]bool{}
	for i, a := range s.m.origin.Optimizer {
		name := strings.Trim(a.Name, "/")
		if name == "" {
			name = fmt.Sprint("variable_", i)
		}
		for n := 1; taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", a.Name, n)
		}
		taken[name] = true
		a.Name = name
		out[i] = a
	}
	return out
}
