package schedules

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/kerasrun/kerasrun/layers"
)

// Schedule is a learning rate that changes with the step. Its options are the
// exported fields that are tagged `keras:"key"`.
type Schedule interface {
	Base() *Common
	// At returns the rate of the step that follows the given number of steps.
	At(iteration int64) float32
	// Check refuses options that At could not compute with.
	Check() error
}

// Common is what every schedule has. Embed it.
type Common struct {
	Name string `keras:"name"`
}

// Base returns the common part.
func (c *Common) Base() *Common { return c }

// Check accepts all options.
func (c *Common) Check() error { return nil }

var registry = struct {
	sync.RWMutex
	makers map[string]func() Schedule
	class  map[reflect.Type]string
}{makers: map[string]func() Schedule{}, class: map[reflect.Type]string{}}

// Register makes a schedule known under the name of its Keras class. make
// returns a pointer to a struct of its own type, with its defaults. Registering
// a name twice panics, as layers.Register does.
func Register(class string, make func() Schedule) {
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.makers[class]; dup {
		panic("schedules: Register called twice for " + class)
	}
	registry.makers[class], registry.class[reflect.TypeOf(make())] = make, class
}

// Class returns the name that the schedule's type is registered under, "" when
// it is not.
func Class(s Schedule) string {
	registry.RLock()
	defer registry.RUnlock()
	return registry.class[reflect.TypeOf(s)]
}

// Decode makes the schedule of {"class_name": …, "config": {…}}, or returns nil.
// Options that are null keep their defaults. What is wrong is in d.Problems.
func Decode(d *layers.Decoder, spec any) Schedule {
	class, config, ok := layers.ClassAndConfig(spec)
	registry.RLock()
	make := registry.makers[class]
	registry.RUnlock()
	if !ok || make == nil {
		d.Unsupported("no learning rate schedule is known for learning_rate=%s", layers.Brief(spec))
		return nil
	}
	s := make()
	given := map[string]any{}
	for k, v := range config {
		if v != nil {
			given[k] = v
		}
	}
	d.At(class, func() {
		before := len(d.Problems)
		d.Struct(given, s)
		if err := s.Check(); err != nil && len(d.Problems) == before {
			d.Broken("%v", err)
		}
	})
	return s
}

// Config is the schedule's configuration as Keras writes it, without its class.
func Config(s Schedule) map[string]any {
	c := layers.Options(s)
	if s.Base().Name == "" {
		c["name"] = nil
	}
	return c
}

func checkSteps(steps float64) error {
	if !(steps > 0) {
		return fmt.Errorf("decay steps must be > 0, received %g", steps)
	}
	return nil
}
