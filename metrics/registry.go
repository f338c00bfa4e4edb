package metrics

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
)

// entry is a registered metric.
type entry struct {
	class    string // "" when it is only a function
	name     string // Keras' name of the function, or the class in snake case
	function bool   // compile() takes the function's name for it
	make     func() Metric
}

var registry = struct {
	sync.RWMutex
	byKey  map[string]*entry // by all names, see key
	byType map[reflect.Type]*entry
}{byKey: map[string]*entry{}, byType: map[reflect.Type]*entry{}}

// key is what all spellings of a name have in common: "MeanSquaredError",
// "mean_squared_error".
func key(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Register makes a metric known under the name of its Keras class,
// "BinaryAccuracy", and in snake case. make returns a pointer to a struct of its
// own type, with its defaults. Register from init or before the first model is
// trained. Registering a name twice panics, as layers.Register does; case and
// underscores do not count.
func Register(class string, make func() Metric) {
	register(&entry{class: class, name: layers.SnakeCase(class), make: make})
}

// registerMean is Register for a metric that Keras has as a function too, so
// that its name says all.
func registerMean(class string, make func() Metric) {
	register(&entry{class: class, name: layers.SnakeCase(class), function: true, make: make})
}

// RegisterFunction adds a metric, the mean of a function over the samples, under
// Keras' name of a function, "my_metric". It is Register otherwise.
func RegisterFunction(name string, f losses.Function) {
	register(&entry{name: name, function: true, make: func() Metric { return &function{name: name, f: f} }})
}

// function is a metric that only Go code knows.
type function struct {
	Common
	name string
	f    losses.Function
}

func (m *function) Read(c *Call) Reading { return c.Average(m.f(c.Builder, c.Y, c.P)) }

func register(e *entry) {
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.byKey[key(e.name)]; dup {
		panic("metrics: Register called twice for " + e.name)
	}
	registry.byKey[key(e.name)] = e
	if e.class != "" {
		registry.byType[reflect.TypeOf(e.make())] = e
	}
}

// New finds a metric by any name that Keras gave it, a loss's too, and returns
// it with its defaults. Its key in the history is the name as given.
func New(name string) (Metric, error) {
	m := named(name)
	if m == nil {
		return nil, fmt.Errorf("metric must be one of %s, received %q", strings.Join(Names(), ", "), name)
	}
	m.Base().Name = name
	return m, nil
}

func named(name string) Metric {
	k := key(name)
	switch k {
	case "acc", "accuracy": // not the class Accuracy
		return new(AutoAccuracy)
	case "logcosherror":
		k = "logcosh"
	}
	registry.RLock()
	e := registry.byKey[k]
	registry.RUnlock()
	if e != nil {
		return e.make()
	}
	return ofLoss(k)
}

// Names lists the metrics by Keras' names, sorted.
func Names() []string {
	names := append(slices.DeleteFunc(losses.Names(), func(n string) bool { return noMetrics[n] }), "accuracy")
	registry.RLock()
	for _, e := range registry.byKey {
		names = append(names, e.name)
	}
	registry.RUnlock()
	sort.Strings(names)
	return slices.Compact(names)
}

// entryOf returns what the metric's type is registered as; of a loss, how Keras
// has that.
func entryOf(m Metric) entry {
	switch m := m.(type) {
	case *function:
		return entry{name: m.name, function: true}
	case *AutoAccuracy:
		return entry{name: "accuracy", function: true}
	case *OfLoss:
		return entry{class: classes[losses.Name(m.Loss)], name: losses.Name(m.Loss), function: true}
	}
	registry.RLock()
	defer registry.RUnlock()
	if e := registry.byType[reflect.TypeOf(m)]; e != nil {
		return *e
	}
	return entry{}
}
