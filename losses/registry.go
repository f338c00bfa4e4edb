package losses

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// entry is a registered loss.
type entry struct {
	class, function string
	make            func() Loss
}

var registry = struct {
	sync.RWMutex
	byKey  map[string]*entry // by all names, see key
	byType map[reflect.Type]*entry
	names  []string // of the functions
}{byKey: map[string]*entry{}, byType: map[reflect.Type]*entry{}}

// key is what the spellings of one name have in common: "MeanSquaredError",
// "mean_squared_error".
func key(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Register makes a loss known under the name of its Keras class,
// "MeanSquaredError", under that of the function, "mean_squared_error", and
// under aliases. make returns a pointer to a struct of its own type, with its
// defaults. Register from init or before the first model is trained.
// Registering a name twice panics, as layers.Register does; case and
// underscores do not count.
func Register(class string, make func() Loss, aliases ...string) {
	e := &entry{class, layers.SnakeCase(class), make}
	add(e, append(aliases, class))
	registry.Lock()
	defer registry.Unlock()
	registry.byType[reflect.TypeOf(make())] = e
}

// registerName is Register for what Keras has a name of, but no class.
func registerName(name string, make func() Loss, aliases ...string) {
	e := &entry{function: name, make: make}
	add(e, append(aliases, name))
	registry.Lock()
	defer registry.Unlock()
	registry.byType[reflect.TypeOf(make())] = e
}

// Function builds the part of a graph that compares targets y with predictions
// p, both of shape (batch, …): a number for each sample, of shape (batch, …)
// without the last axis, or with it.
type Function func(b *runtime.Builder, y, p *runtime.Value) *runtime.Value

// RegisterFunction adds a loss that has no options under Keras' name of a
// function, "my_loss". Real Keras opens what is saved with it given
// custom_objects. It is Register otherwise.
func RegisterFunction(name string, f Function) {
	add(&entry{function: name, make: func() Loss { return &function{name: name, f: f} }}, []string{name})
}

// function is a loss that only Go code knows.
type function struct {
	Common
	name string
	f    Function
}

func (l *function) Samples(c *Call) *runtime.Value { return l.f(c.Builder, c.Y, c.P) }

func add(e *entry, names []string) {
	registry.Lock()
	defer registry.Unlock()
	for _, n := range names {
		if _, dup := registry.byKey[key(n)]; dup {
			panic("losses: Register called twice for " + n)
		}
		registry.byKey[key(n)] = e
	}
	registry.names = append(registry.names, e.function)
	sort.Strings(registry.names)
}

// New finds a loss by any name that Keras gave it, "mse",
// "mean_squared_error", "MeanSquaredError", and returns it with its defaults.
func New(name string) (Loss, error) {
	registry.RLock()
	defer registry.RUnlock()
	if e, ok := registry.byKey[key(name)]; ok {
		return e.make(), nil
	}
	return nil, fmt.Errorf("loss must be one of %s, received %q", strings.Join(registry.names, ", "), name)
}

// Name returns Keras' name of the loss's function, "mean_squared_error"; "" of
// nil and of what is not registered.
func Name(l Loss) string {
	if f, ok := l.(*function); ok {
		return f.name
	}
	_, name := names(l)
	return name
}

// Class returns Keras' class of the loss of that name, "" when it is only a
// function or not known.
func Class(name string) string {
	registry.RLock()
	defer registry.RUnlock()
	if e := registry.byKey[key(name)]; e != nil {
		return e.class
	}
	return ""
}

// names returns a loss's class and function.
func names(l Loss) (class, function string) {
	registry.RLock()
	defer registry.RUnlock()
	if e := registry.byType[reflect.TypeOf(l)]; e != nil {
		return e.class, e.function
	}
	return "", ""
}

// Names lists the losses by Keras' names of their functions, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return append([]string{}, registry.names...)
}
