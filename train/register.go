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

// Update is one step of an optimizer on one variable.
type Update struct {
	*Optimizer
	Weights   []float32   // to be changed
	Gradient  []float32   // of the loss by each
	Slots     [][]float32 // by name, zeros at the start; to be changed
	Rate      float32     // the learning rate of this step
	Iteration int64       // of this step, counted from 1
}

// RegisterOptimizer adds an optimizer under the name of its class, "MySGD".
// Slots names the arrays that it keeps for each variable; they are saved with
// the model. Options are those of Optimizer that it reads, by Keras' names
// ("momentum", "epsilon"), and defaults has their values. Clipping, weight
// decay, schedules, averages and accumulation are as for any optimizer. As for
// RegisterLoss, call it before models are trained.
func RegisterOptimizer(class string, defaults Optimizer, options, slots []string, step func(*Update)) error {
	if _, err := ParseOptimizer(class); err == nil {
		return fmt.Errorf("optimizer %q is there already", class)
	}
	for _, k := range options {
		if new(Optimizer).option(k) == nil {
			return fmt.Errorf("optimizer %q: there is no option %q", class, k)
		}
	}
	rules[class] = rule{
		defaults: defaults,
		options:  options,
		slots: func(*Optimizer, int) []slotGroup {
			if len(slots) == 0 {
				return nil
			}
			return []slotGroup{kinds(slots...)}
		},
		step: func(c *stepCall) {
			if c.update == nil {
				c.update = &Update{Optimizer: c.Optimizer, Weights: c.w, Slots: c.slots}
			}
			u := c.update
			u.Gradient, u.Rate, u.Iteration = c.dense, c.rate, c.t
			step(u)
		},
	}
	return nil
}
