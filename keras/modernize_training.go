package keras

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// training writes what the model was compiled with as a Keras 3 archive holds
// it. What Keras 3 has no word for leaves the model not compiled, and a note.
func (z *modernizer) training(o *Origin) error {
	s := &saver{m: z.m}
	old, err := s.training()
	if err != nil {
		return err
	}
	o.TrainingConfig, o.Optimizer = nil, nil
	if class, _ := optimizerOf(old); class == "" {
		return nil
	}
	t := &modernTraining{outputs: len(z.m.outputs)}
	optimizer, err := modernOptimizer(old)
	var loss any
	if err == nil {
		loss, err = t.loss(old["loss"])
	}
	if err != nil {
		z.note("the model is not compiled any more: %v", err)
		return nil
	}
	if _, given := optimizerOf(old); optimizer.class == "Nadam" && (given["schedule_decay"] != nil || given["decay"] != nil) {
		z.note("Nadam: in further training Keras 3 has no decay of the momentum's schedule")
	}
	config := map[string]any{
		"optimizer": optimizer.spec(), "loss": loss, "loss_weights": old["loss_weights"],
		"metrics": t.metrics(old["metrics"]), "weighted_metrics": t.metrics(old["weighted_metrics"]),
		"run_eagerly": false, "steps_per_execution": 1, "jit_compile": false,
	}
	for _, m := range t.dropped {
		z.note("the metric %s is left out: Keras 3 does not have it", m)
	}
	if o.TrainingConfig, err = pyjson.Marshal(config); err != nil {
		return err
	}
	if !z.unshared {
		o.Optimizer = optimizer.state(z.m)
	}
	if o.Optimizer == nil && len(z.m.origin.Optimizer) > 0 {
		z.note("the state of the optimizer %s is left out: training goes on from a fresh one", optimizer.class)
	}
	return nil
}

// modernTraining writes losses and metrics.
type modernTraining struct {
	outputs int
	dropped []string // metrics that Keras 3 does not have
}

// lossNames maps the names of losses in Keras 1 and 2, in lower case and
// without underscores, to those in Keras 3.
var lossNames = map[string]string{
	"mse": "mean_squared_error", "meansquarederror": "mean_squared_error", "mae": "mean_absolute_error", "meanabsoluteerror": "mean_absolute_error",
	"mape": "mean_absolute_percentage_error", "meanabsolutepercentageerror": "mean_absolute_percentage_error",
	"msle": "mean_squared_logarithmic_error", "meansquaredlogarithmicerror": "mean_squared_logarithmic_error",
	"kld": "kl_divergence", "kldivergence": "kl_divergence", "kullbackleiblerdivergence": "kl_divergence", "logcosh": "log_cosh",
	"bce": "binary_crossentropy", "binarycrossentropy": "binary_crossentropy", "categoricalcrossentropy": "categorical_crossentropy",
	"sparsecategoricalcrossentropy": "sparse_categorical_crossentropy", "binaryfocalcrossentropy": "binary_focal_crossentropy",
	"categoricalfocalcrossentropy": "categorical_focal_crossentropy", "hinge": "hinge", "squaredhinge": "squared_hinge",
	"categoricalhinge": "categorical_hinge", "poisson": "poisson", "huber": "huber", "huberloss": "huber",
	"cosinesimilarity": "cosine_similarity", "cosineproximity": "cosine_similarity", "cosine": "cosine_similarity",
}

// lossClasses are the classes of the losses, by their functions.
var lossClasses = map[string]string{
	"mean_squared_error": "MeanSquaredError", "mean_absolute_error": "MeanAbsoluteError", "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
	"mean_squared_logarithmic_error": "MeanSquaredLogarithmicError", "kl_divergence": "KLDivergence", "log_cosh": "LogCosh",
	"binary_crossentropy": "BinaryCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy",
	"sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "binary_focal_crossentropy": "BinaryFocalCrossentropy",
	"categorical_focal_crossentropy": "CategoricalFocalCrossentropy", "hinge": "Hinge", "squared_hinge": "SquaredHinge",
	"categorical_hinge": "CategoricalHinge", "poisson": "Poisson", "huber": "Huber", "cosine_similarity": "CosineSimilarity",
}

func nameIn(known map[string]string, name string) string {
	return known[strings.ToLower(strings.ReplaceAll(name, "_", ""))]
}

// loss writes a loss, or those of several outputs.
func (t *modernTraining) loss(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		if name := nameIn(lossNames, x); name != "" {
			return name, nil
		}
		return nil, fmt.Errorf("Keras 3 does not have its loss %q", x)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			var err error
			if out[i], err = t.loss(e); err != nil {
				return nil, err
			}
		}
		if len(out) == 1 && t.outputs == 1 {
			return out[0], nil
		}
		return out, nil
	case map[string]any:
		class, config, isObject := layers.ClassAndConfig(x)
		if f, ok := x["config"].(string); ok { // a function
			return t.loss(f)
		}
		if isObject && class != "" {
			return lossObject(class, config)
		}
		out := map[string]any{}
		for k, e := range x {
			var err error
			if out[k], err = t.loss(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("its loss is %s", spelling.Short(v))
}

func lossObject(class string, config map[string]any) (any, error) {
	if class == "LossFunctionWrapper" {
		class, _ = config["fn"].(string)
	}
	name := nameIn(lossNames, class)
	if name == "" {
		return nil, fmt.Errorf("Keras 3 does not have its loss %q", class)
	}
	config = maps.Clone(config)
	spelling.Drop(config, "fn", "fn_kwargs")
	if r := config["reduction"]; r == nil || r == "auto" || r == "sum_over_batch_size" {
		config = orEmpty(config)
		config["reduction"] = "sum_over_batch_size"
	}
	return map[string]any{"module": "keras.losses", "class_name": lossClasses[name], "config": config, "registered_name": nil}, nil
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// metricNames maps functions that serve as metrics only, as lossNames does.
var metricNames = map[string]string{
	"accuracy": "accuracy", "acc": "accuracy", "binaryaccuracy": "binary_accuracy", "categoricalaccuracy": "categorical_accuracy",
	"sparsecategoricalaccuracy": "sparse_categorical_accuracy", "topkcategoricalaccuracy": "top_k_categorical_accuracy",
	"sparsetopkcategoricalaccuracy": "sparse_top_k_categorical_accuracy", "crossentropy": "crossentropy", "ce": "crossentropy",
}

// metricClasses are classes of metrics beside those of losses and functions.
var metricClasses = []string{
	"AUC", "Accuracy", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy", "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives",
	"IoU", "LogCoshError", "Mean", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "Precision", "PrecisionAtRecall", "R2Score", "Recall",
	"RecallAtPrecision", "RootMeanSquaredError", "SensitivityAtSpecificity", "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
	"SpecificityAtSensitivity", "Sum", "TopKCategoricalAccuracy", "TrueNegatives", "TruePositives",
}

// metrics writes the metrics of all outputs: nil, a list for the only output, or
// lists by output.
func (t *modernTraining) metrics(v any) any {
	switch x := v.(type) {
	case []any:
		if inner, ok := soleList(x); ok && t.outputs == 1 {
			x = inner
		}
		out := []any{}
		for _, e := range x {
			switch e.(type) {
			case []any:
				list, _ := t.metrics(e).([]any)
				out = append(out, append([]any{}, list...))
			case nil:
				out = append(out, []any{})
			default:
				if m := t.metric(e); m != nil {
					out = append(out, m)
				} else if t.outputs > 1 {
					out = append(out, []any{})
				}
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range x {
			list, isList := e.([]any)
			if !isList {
				list = []any{e}
			}
			kept := []any{}
			for _, m := range list {
				if m := t.metric(m); m != nil {
					kept = append(kept, m)
				}
			}
			out[k] = kept
		}
		return out
	}
	return nil
}

func soleList(list []any) ([]any, bool) {
	if len(list) != 1 {
		return nil, false
	}
	inner, ok := list[0].([]any)
	return inner, ok
}

// metric writes one metric, nil when Keras 3 does not have it.
func (t *modernTraining) metric(v any) any {
	if name, ok := v.(string); ok {
		if n := nameIn(metricNames, name); n != "" {
			return n
		}
		if n := nameIn(lossNames, name); n != "" {
			return n
		}
		if slices.Contains(metricClasses, name) {
			return map[string]any{"module": "keras.metrics", "class_name": name, "config": map[string]any{}, "registered_name": nil}
		}
		t.dropped = append(t.dropped, name)
		return nil
	}
	m, _ := v.(map[string]any)
	if f, ok := m["config"].(string); ok { // a function
		return t.metric(f)
	}
	class, config, _ := layers.ClassAndConfig(v)
	config = orEmpty(maps.Clone(config))
	if f, ok := config["fn"]; ok && class == "MeanMetricWrapper" {
		if name := config["name"]; name == "accuracy" || name == "acc" { // which chooses its function by the loss
			return "accuracy"
		}
		return t.metric(f)
	}
	spelling.Drop(config, "fn")
	switch name := nameIn(lossNames, class); {
	case name != "":
		class = lossClasses[name]
		if class == "LogCosh" {
			class = "LogCoshError"
		}
	case !slices.Contains(metricClasses, class):
		t.dropped = append(t.dropped, class)
		return nil
	}
	return map[string]any{"module": "keras.metrics", "class_name": class, "config": config, "registered_name": nil}
}
