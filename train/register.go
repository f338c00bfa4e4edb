package train

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// Function builds the part of a graph that compares targets y with predictions
// p, both of shape (batch, …): a number for each sample, of shape (batch, …)
// without the last axis, or with it. The mean of the numbers is taken.
type Function func(b *runtime.Builder, y, p *runtime.Value) *runtime.Value

// RegisterLoss adds a loss under the name that training configurations and
// ParseLoss have for it: Keras' spelling of a function, "my_loss". Real Keras
// opens what is saved with it given custom_objects.
//
// Register from init or before the first model is trained: it is not safe for
// concurrent use. A name that is taken is an error.
func RegisterLoss(name string, f Function) error {
	key := snakeCase(name)
	if losses[key] != nil || lossAliases[key] != "" {
		return fmt.Errorf("loss %q is there already", key)
	}
	losses[key] = func(c *lossCall) *runtime.Value { return f(c.Builder, c.y, c.p) }
	return nil
}

// RegisterMetric adds a metric, the mean of a function over the samples, under a
// name as RegisterLoss does.
func RegisterMetric(name string, f Function) error {
	key := snakeCase(name)
	if knownMetric(key) || metricAliases[key] != "" {
		return fmt.Errorf("metric %q is there already", key)
	}
	metrics[key] = metricKind{function: true, build: func(c *metricCall) reading {
		return c.average(f(c.Builder, matchRank(c.Builder, c.y, c.p.Value), c.p.Value))
	}}
	return nil
}
