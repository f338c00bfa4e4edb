package optimizers

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"
)

var registry = struct {
	sync.RWMutex
	makers map[string]func() Optimizer
	class  map[reflect.Type]string
}{makers: map[string]func() Optimizer{}, class: map[reflect.Type]string{}}

// Register makes an optimizer known under the name of its Keras class, "Adam".
// make returns a pointer to a struct of its own type, with its defaults. Register from init or before the first model
// is trained. Registering a name twice panics, as layers.Register does; case
// does not count.
func Register(class string, make func() Optimizer) {
	registry.Lock()
	defer registry.Unlock()
	for c := range registry.makers {
		if strings.EqualFold(c, class) {
			panic("optimizers: Register called twice for " + class)
		}
	}
	registry.makers[class], registry.class[reflect.TypeOf(make())] = make, class
}

// New returns the optimizer of that class with Keras' defaults. Case does not
// count.
func New(class string) (Optimizer, error) {
	registry.RLock()
	defer registry.RUnlock()
	for c, make := range registry.makers {
		if strings.EqualFold(c, class) {
			return make(), nil
		}
	}
	return nil, fmt.Errorf("optimizer must be one of %s, received %q", strings.Join(names(), ", "), class)
}

// Clone returns a copy of an optimizer, with the one within it.
func Clone(o Optimizer) Optimizer {
	if l, ok := o.(*LossScaleOptimizer); ok {
		c := *l
		c.Inner = Clone(l.Inner)
		return &c
	}
	c := reflect.New(reflect.TypeOf(o).Elem())
	c.Elem().Set(reflect.ValueOf(o).Elem())
	return c.Interface().(Optimizer)
}

// Class returns the name that the optimizer's type is registered under, "" when
// it is not.
func Class(o Optimizer) string {
	registry.RLock()
	defer registry.RUnlock()
	return registry.class[reflect.TypeOf(o)]
}

// Names lists the optimizers by Keras' names, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return names()
}

func names() []string {
	list := make([]string, 0, len(registry.makers))
	for c := range registry.makers {
		list = append(list, c)
	}
	sort.Strings(list)
	return list
}
