package serve

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/keras"
)

// Open serves what is at path under a name: a model, or a folder with a folder for
// each version, named by its number. The error tells of every version that could
// not be served; those that could are. Where answers of Keras stand beside a model,
// in an .npz of its name, the model is held against them first.
func (m *Models) Open(name, path string) error {
	m.loading.Lock()
	defer m.loading.Unlock()
	m.mu.Lock()
	e := m.entry(name)
	e.path = path
	m.mu.Unlock()
	return m.look(e)
}

// Load looks at the files of a model again, as Watch does, and serves a model that
// was unloaded.
func (m *Models) Load(name string) error {
	m.loading.Lock()
	defer m.loading.Unlock()
	m.mu.Lock()
	e := m.entries[name]
	if e == nil || e.path == "" {
		m.mu.Unlock()
		return fail(NotFound, "no model %q that has files", name)
	}
	if e.unloaded || len(e.broken) > 0 {
		e.unloaded, e.seen = false, map[int64]stamp{}
	}
	m.mu.Unlock()
	if err := m.look(e); err != nil {
		return &Error{Invalid, err}
	}
	return nil
}

// Unload serves a model no longer, until Load. Requests that run are answered.
func (m *Models) Unload(name string) error {
	m.loading.Lock()
	defer m.loading.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[name]
	if e == nil {
		return fail(NotFound, "no model %q", name)
	}
	e.unloaded, e.versions, e.broken, e.seen = true, map[int64]*Version{}, map[int64]error{}, map[int64]stamp{}
	m.options.Log.Info("model unloaded", "model", name)
	return nil
}

// Watch looks at the files of all models every Options.Poll until ctx is done. What
// has changed is loaded, held against answers beside it and warmed before it takes
// the place of what is served. What cannot be served changes nothing but the state
// of its version, the metrics and the log.
func (m *Models) Watch(ctx context.Context) {
	if m.options.Poll <= 0 {
		return
	}
	tick := time.NewTicker(m.options.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		m.loading.Lock()
		for _, name := range m.Names() {
			m.mu.RLock()
			e := m.entries[name]
			idle := e.unloaded || e.path == ""
			m.mu.RUnlock()
			if !idle {
				_ = m.look(e) // said in the log, and kept for States
			}
		}
		m.loading.Unlock()
	}
}

// look brings a model up to date with its files. The caller holds loading.
func (m *Models) look(e *entry) error {
	at, err := versionsAt(e.path, m.options.Versions)
	if err != nil {
		m.note(e, max(1, e.newest()), stamp{}, err)
		return fmt.Errorf("%s: %w", e.name, err)
	}
	var wrong []error
	for _, number := range slices.Sorted(maps.Keys(at)) {
		if err := m.lookAt(e, number, at[number]); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", e.name, err))
		}
	}
	m.retire(e, at)
	return errors.Join(wrong...)
}

// lookAt loads a version if its files have changed.
func (m *Models) lookAt(e *entry, number int64, path string) error {
	before, known := e.seen[number]
	now, err := stampOf(path, before)
	if err != nil {
		m.note(e, number, before, err)
		return err
	}
	if known && now.hash == before.hash {
		m.mu.Lock()
		e.seen[number] = now
		m.mu.Unlock()
		return nil
	}
	began := time.Now()
	v, err := m.load(e.name, number, path)
	m.metrics.loadTimes.WithLabelValues(e.name).Observe(time.Since(began).Seconds())
	if err != nil {
		m.metrics.loads.WithLabelValues(e.name, "failed").Inc()
		m.note(e, number, now, err)
		return err
	}
	m.metrics.loads.WithLabelValues(e.name, "loaded").Inc()
	m.mu.Lock()
	e.versions[number], e.seen[number] = v, now
	delete(e.broken, number)
	m.mu.Unlock()
	m.options.Log.Info("model loaded", "model", e.name, "version", number, "path", path, "seconds", time.Since(began).Seconds())
	return nil
}

// note keeps why a version's files cannot be served, and says it once.
func (m *Models) note(e *entry, number int64, s stamp, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if was := e.broken[number]; was == nil || was.Error() != err.Error() {
		m.options.Log.Error("model not loaded", "model", e.name, "version", number, "error", err, "served", e.versions[number] != nil)
	}
	e.broken[number] = err
	if s.path != "" {
		e.seen[number] = s
	}
}

// retire drops the versions whose files are gone, unless nothing else is left.
func (m *Models) retire(e *entry, at map[int64]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := int64(0)
	for n := range at {
		if e.versions[n] != nil {
			newest = max(newest, n)
		}
	}
	for n := range e.seen {
		if _, there := at[n]; !there && newest > 0 {
			delete(e.versions, n)
			delete(e.broken, n)
			delete(e.seen, n)
			m.options.Log.Info("version retired", "model", e.name, "version", n)
		}
	}
}

// load makes a version of a model's files.
func (m *Models) load(name string, number int64, path string) (*Version, error) {
	model, err := keras.Load(path, append(slices.Clone(m.options.Load), keras.WithLimits(m.options.Limits))...)
	if err != nil {
		return nil, err
	}
	if r := fixture.Check(model, path, fixture.ForModels); r.Err != nil {
		return nil, fmt.Errorf("differs from the answers beside it: %w", r.Err)
	}
	return m.prepare(name, number, model)
}
