package metrics

import (
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// OfLoss is the mean of a loss over the samples.
type OfLoss struct {
	Common
	Loss losses.Loss
}

// Read builds the mean. Metrics take the predictions as they are, not the logits
// behind them.
func (m *OfLoss) Read(c *Call) Reading { return c.Average(c.loss(m.Loss)) }

// loss is that loss of each sample.
func (c *Call) loss(l losses.Loss) *runtime.Value {
	return l.Samples(losses.NewCall(c.Builder, c.Targets, c.P, nil, c.Rules))
}

// classes are Keras' classes of losses as metrics, by the losses' names. It has
// the others as functions only, or not at all.
var classes = map[string]string{
	"binary_crossentropy": "BinaryCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy",
	"sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "kl_divergence": "KLDivergence", "poisson": "Poisson",
	"hinge": "Hinge", "squared_hinge": "SquaredHinge", "categorical_hinge": "CategoricalHinge", "log_cosh": "LogCoshError",
	"mean_squared_error": "MeanSquaredError", "mean_absolute_error": "MeanAbsoluteError",
	"mean_absolute_percentage_error": "MeanAbsolutePercentageError", "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
}

// noMetrics are losses that Keras does not have as metrics.
var noMetrics = map[string]bool{"categorical_generalized_cross_entropy": true, "circle": true, "crossentropy": true, "ctc": true, "dice": true, "tversky": true}

// ofLoss is the metric of the loss of that name, or nil.
func ofLoss(name string) Metric {
	l, err := losses.New(name)
	if err != nil || noMetrics[losses.Name(l)] {
		return nil
	}
	return &OfLoss{Loss: l}
}
