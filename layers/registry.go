package layers

import (
	"fmt"
	"sort"
	"sync"
)

// registry maps registered names to makers of layers with Keras' defaults.
var registry = struct {
	sync.RWMutex
	makers map[string]func() Layer
	custom map[string]bool
	alias  map[string]string // to the name of the Python class
}{makers: map[string]func() Layer{}, custom: map[string]bool{}, alias: map[string]string{}}

// Register makes a custom layer known under the name that Keras wrote to the
// file: "Package>Class", or the bare class. new returns the layer with its
// defaults; its exported fields tagged `keras:"key"` are then set from the
// configuration. A Lambda is registered by its layer's name:
// Register("Lambda:name", …). Registering a name twice panics, as in
// database/sql.
func Register(name string, new func() Layer) {
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.makers[name]; dup {
		panic("layers: Register called twice for " + name)
	}
	registry.makers[name] = new
	registry.custom[name] = true
}

// register is Register for Keras' own layers. The name is that of the Python
// class; aliases are other names that files may hold for the same layer.
func register(new func() Layer, name string, aliases ...string) {
	for _, n := range append([]string{name}, aliases...) {
		Register(n, new)
		registry.custom[n] = false
		registry.alias[n] = name
	}
}

// New returns a layer of the registered class with Keras' defaults.
func New(class string) (Layer, bool) {
	registry.RLock()
	make, ok := registry.makers[class]
	name, builtin := registry.alias[class]
	registry.RUnlock()
	if !ok {
		return nil, false
	}
	if !builtin {
		name = class
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
	for n := range registry.makers {
		if !registry.custom[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	return names
}

// Problem is one thing in a configuration that stands in the way.
type Problem struct {
	Where string // place in the configuration: "layers[3] \"conv\" (Conv2D)"
	What  string
	Fatal bool // the configuration is broken, not merely beyond us
}

func (p Problem) String() string {
	if p.Where == "" {
		return p.What
	}
	return fmt.Sprintf("%s: %s", p.Where, p.What)
}
