package train

import (
	"fmt"

	"github.com/kerasrun/kerasrun/losses"
)

// RegisterMetric adds a metric, the mean of a function over the samples, under
// Keras' name of a function, "my_metric". A name that is taken is an error.
// Register from init or before the first model is trained: it is not safe for
// concurrent use.
func RegisterMetric(name string, f losses.Function) error {
	if metricNamed(name) != "" {
		return fmt.Errorf("metric %q is there already", name)
	}
	metrics[name] = metricKind{function: true, build: func(c *metricCall) reading {
		return c.average(f(c.Builder, losses.MatchRank(c.Builder, c.y, c.p.Value), c.p.Value))
	}}
	return nil
}
