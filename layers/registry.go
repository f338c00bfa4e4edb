package layers

import (
	"sort"
	"sync"
)

// registry maps registered names to makers of layers with their defaults.
var registry = struct {
	sync.RWMutex
	makers map[string]func() Layer
	class  map[string]string // what a name stands for: itself, or an alias of it
	keras  map[string]bool
}{makers: map[string]func() Layer{}, class: map[string]string{}, keras: map[string]bool{}}

// Register makes a custom layer known under the name that Keras wrote to the
// file: "Package>Class", or the bare class. make returns the layer with its
// defaults; its exported fields tagged `keras:"key"` are then set from the
// configuration. Aliases are other names that files may hold for the same
// layer. A Lambda is registered by its layer's name: Register("Lambda:name", …).
// Registering a name twice panics, as in database/sql.
func Register(name string, make func() Layer, aliases ...string) {
	add(name, make, aliases, false)
}

// RegisterKeras is Register for the layers that Keras has itself, under the
// name of the Python class. A class of that name that comes from another
// package is not taken for it.
func RegisterKeras(name string, make func() Layer, aliases ...string) {
	add(name, make, aliases, true)
}

func add(name string, make func() Layer, aliases []string, keras bool) {
	registry.Lock()
	defer registry.Unlock()
	for _, n := range append([]string{name}, aliases...) {
		if _, dup := registry.makers[n]; dup {
			panic("layers: Register called twice for " + n)
		}
		registry.makers[n], registry.class[n], registry.keras[n] = make, name, keras
	}
}

// New returns a layer of the registered class with its defaults.
func New(class string) (Layer, bool) {
	registry.RLock()
	make, ok := registry.makers[class]
	name := registry.class[class]
	registry.RUnlock()
	if !ok {
		return nil, false
	}
	l := make()
	l.Base().Class = name
	l.Base().Trainable = true
	return l, true
}

// Names returns the registered names of Keras' own layers, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	var names []string
	for n, keras := range registry.keras {
		if keras {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	return names
}
