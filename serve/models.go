package serve

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Models holds the models that are served, by name and version. It is safe for
// concurrent use.
type Models struct {
	options   Options
	scheduler *scheduler
	requests  *budget // memory of requests being read
	metrics   *metrics
	started   time.Time

	mu      sync.RWMutex
	entries map[string]*entry
	loading sync.Mutex // one look at the files at a time
	inner   inner
	ending  bool // no longer ready
}

// entry is what goes by one name.
type entry struct {
	name     string
	path     string // where its files are; "" for a model that was added
	versions map[int64]*Version
	labels   map[string]int64
	broken   map[int64]error // versions whose files could not be served
	seen     map[int64]stamp // the files as they were last looked at
	unloaded bool            // by Unload
}

// Version is one version of a model, ready to answer.
type Version struct {
	Name    string
	Number  int64
	Loaded  time.Time
	Inputs  []keras.Port
	Outputs []keras.Port
	Model   *keras.Model // with Options.KeepModels, else nil

	queue *queue
	stats stats
}

// Ref names a version of a model: by number, by label, or the newest if neither is
// set.
type Ref struct {
	Model   string
	Version int64
	Label   string
}

// NewModels returns a Models that holds none yet.
func NewModels(o Options) *Models {
	o = o.withDefaults()
	m := &Models{
		options:   o,
		scheduler: &scheduler{options: o, memory: newBudget(o.Memory)},
		requests:  newBudget(o.Memory),
		started:   time.Now(),
		entries:   map[string]*entry{},
	}
	m.metrics = newMetrics(m)
	m.inner.free = make(chan struct{}, 1)
	return m
}

// Add serves a model under a name. It takes the place of a version that has the
// same number, whose running requests end as they began. Calls are given one
// goroutine each: requests keep the cores busy together.
func (m *Models) Add(name string, version int64, model *keras.Model) error {
	v, err := m.prepare(name, version, model)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entry(name).versions[version] = v
	return nil
}

// entry returns the one of that name, which it makes if need be.
func (m *Models) entry(name string) *entry {
	e := m.entries[name]
	if e == nil {
		e = &entry{name: name, versions: map[int64]*Version{}, labels: map[string]int64{}, broken: map[int64]error{}, seen: map[int64]stamp{}}
		m.entries[name] = e
	}
	return e
}

// prepare compiles a model and has it answer once, so that the first request finds
// all in place.
func (m *Models) prepare(name string, number int64, model *keras.Model) (*Version, error) {
	if name == "" || number < 1 {
		return nil, fmt.Errorf("model %q, version %d: wanted a name, and a version from 1", name, number)
	}
	p, err := model.Compile(keras.Threads(1), keras.Memory(int(m.options.Memory)))
	if err != nil {
		return nil, err
	}
	v, err := m.version(name, number, p)
	if err != nil {
		return nil, err
	}
	if m.options.KeepModels {
		v.Model = model
	}
	return v, warm(p)
}

// version has a program answer through a queue of its own.
func (m *Models) version(name string, number int64, p *keras.Program) (*Version, error) {
	for _, port := range append(p.Inputs(), p.Outputs()...) {
		switch port.DType {
		case runtime.Float32, runtime.Int32, runtime.Int64, runtime.Bool, runtime.String:
		default:
			return nil, fmt.Errorf("model %q: %q is of type %s, which cannot be sent", name, port.Name, port.DType)
		}
	}
	v := &Version{Name: name, Number: number, Loaded: time.Now(), Inputs: p.Inputs(), Outputs: p.Outputs()}
	batch := m.metrics.batches.WithLabelValues(name)
	v.queue = newQueue(m.scheduler, p, func(rows int, d time.Duration) {
		v.stats.called(rows, d)
		batch.Observe(float64(rows))
	})
	return v, nil
}

// warm answers a row of zeros. A model whose row has no known size, or that does
// not take zeros, is not warmed; it is no worse for that.
func warm(p *keras.Program) error {
	var in []*runtime.Tensor
	for _, port := range p.Inputs() {
		shape := slices.Clone(port.Shape)
		if len(shape) > 0 && shape[0] < 0 {
			shape[0] = 1
		}
		if !shape.Known() {
			return nil
		}
		t, err := runtime.NewTensor(port.DType, shape...)
		if err != nil {
			return err
		}
		in = append(in, t)
	}
	_, err := p.RunAll(context.Background(), in)
	return err
}

// Label gives a version of a model another name, such as "stable".
func (m *Models) Label(name, label string, version int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entry(name).labels[label] = version
}

// Find returns the version that is meant. The error is a NotFound, or a NotReady
// where there is something of that name that cannot be served now.
func (m *Models) Find(r Ref) (*Version, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e := m.entries[r.Model]
	if e == nil {
		return nil, fail(NotFound, "no model %q; there are %q", r.Model, slices.Sorted(maps.Keys(m.entries)))
	}
	number := r.Version
	if r.Label != "" {
		if number = e.labels[r.Label]; number == 0 {
			return nil, fail(NotFound, "model %q has no label %q; there are %q", r.Model, r.Label, slices.Sorted(maps.Keys(e.labels)))
		}
	}
	if number == 0 {
		number = e.newest()
	}
	if v := e.versions[number]; v != nil {
		return v, nil
	}
	if e.unloaded {
		return nil, fail(NotReady, "model %q is unloaded", r.Model)
	}
	if number == 0 {
		return nil, fail(NotReady, "model %q could not be loaded", r.Model)
	}
	if e.broken[number] != nil {
		return nil, fail(NotReady, "version %d of model %q could not be loaded", number, r.Model)
	}
	return nil, fail(NotFound, "model %q has no version %d; there are %v", r.Model, number, e.numbers())
}

// newest is the highest number there is, or 0.
func (e *entry) newest() int64 {
	if n := e.numbers(); len(n) > 0 {
		return n[len(n)-1]
	}
	return 0
}

func (e *entry) numbers() []int64 { return slices.Sorted(maps.Keys(e.versions)) }

// Options returns what the models are bound by, with all defaults filled in.
func (m *Models) Options() Options { return m.options }

// Numbers lists the versions of a model that can answer, in order.
func (m *Models) Numbers(name string) []int64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if e := m.entries[name]; e != nil {
		return e.numbers()
	}
	return nil
}

// Names lists the models in order.
func (m *Models) Names() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.entries))
}

// Ready reports whether every model can answer, and the server is not ending.
func (m *Models) Ready() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, e := range m.entries {
		if len(e.versions) == 0 && !e.unloaded {
			return false
		}
	}
	return !m.ending
}

// End makes Ready say no, so that no new requests are sent here. Those that come
// nevertheless are answered.
func (m *Models) End() {
	m.mu.Lock()
	m.ending = true
	m.mu.Unlock()
}

// State is what is known of one version of a model.
type State struct {
	Name    string
	Version int64
	Ready   bool
	Err     error // why the version, or its newest files, cannot be served
}

// States lists the versions of a model by number, newest first as TensorFlow
// Serving does.
func (m *Models) States(name string) ([]State, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e := m.entries[name]
	if e == nil {
		return nil, fail(NotFound, "no model %q; there are %q", name, slices.Sorted(maps.Keys(m.entries)))
	}
	var states []State
	for n := range e.versions {
		states = append(states, State{name, n, true, e.broken[n]})
	}
	for n, err := range e.broken {
		if e.versions[n] == nil {
			states = append(states, State{name, n, false, err})
		}
	}
	slices.SortFunc(states, func(a, b State) int { return int(b.Version - a.Version) })
	return states, nil
}
