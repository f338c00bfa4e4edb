package table

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// namedTargets finds the targets by the names that were given, or by those of
// the outputs. It is nil where rows need no targets or no name is known.
func (m *matcher) namedTargets() ([]Feed, error) {
	if m.w.Outputs == nil {
		return nil, nil
	}
	if len(m.w.Targets) > 0 {
		return m.givenTargets()
	}
	if m.w.Like != nil && len(m.w.Like.Targets) > 0 {
		if places := m.every(m.w.Like.Targets); places != nil {
			feeds, err := m.shapeTargets(places)
			return m.use(feeds), err
		}
	}
	feeds, missing := m.ported(m.targetPorts(), m.outputNames)
	if len(missing) > 0 {
		return nil, nil
	}
	for i := range feeds {
		feeds[i].Class = true
	}
	m.guessed(feeds)
	return m.use(feeds), nil
}

// givenTargets finds the columns that --target names.
func (m *matcher) givenTargets() ([]Feed, error) {
	var places []int
	for _, name := range m.w.Targets {
		at := m.find(name)
		switch {
		case at < 0 && m.places[name] < 0:
			return nil, fmt.Errorf("two columns are called %q", name)
		case at < 0:
			return nil, fmt.Errorf("no column %q; the columns are %s", name, m.all())
		case slices.Contains(places, at):
			return nil, fmt.Errorf("column %q is given as a target twice", name)
		}
		places = append(places, at)
	}
	feeds, err := m.shapeTargets(places)
	return m.use(feeds), err
}

// lastTargets takes what the inputs leave: what is not theirs by name, or the
// last columns.
func (m *matcher) lastTargets(named bool) ([]Feed, error) {
	free := m.free()
	if !m.columns.Ordered {
		_, missing := m.ported(m.targetPorts(), m.outputNames)
		return nil, fmt.Errorf("no %s for a target; there are %s", brief(missing), m.all())
	}
	if !named {
		wanted, open := elementsOf(m.w.Inputs...)
		n := len(free) - wanted
		if open {
			n, _ = elementsOf(m.w.Outputs...)
		}
		if n < 1 || n >= len(free) {
			return nil, fmt.Errorf("wanted %d columns for the inputs (%s) and some for the targets, received %d: %s", wanted, describe(m.w.Inputs), len(free), m.list(free))
		}
		free = free[len(free)-n:]
	}
	if len(free) == 0 {
		return nil, fmt.Errorf("wanted columns for the targets (%s) too, received those of the inputs alone: %s", describe(m.w.Outputs), m.all())
	}
	feeds, err := m.shapeTargets(free)
	if err != nil {
		return nil, fmt.Errorf("%w: %s; --target names them", err, m.list(free))
	}
	m.guessed(feeds)
	return m.use(feeds), nil
}

// guessed says which columns were taken for targets without having been asked
// for. Arrays called x and y are no guess.
func (m *matcher) guessed(feeds []Feed) {
	if !m.columns.Ordered {
		return
	}
	var places []int
	for _, f := range feeds {
		places = append(places, f.Columns...)
	}
	m.w.note("without --target the targets are taken to be %s", m.list(places))
}

// shapeTargets shapes columns: as the outputs are, or one for each output, which
// is the number of its class.
func (m *matcher) shapeTargets(places []int) ([]Feed, error) {
	ports := m.targetPorts()
	feeds, err := m.divide(ports, places)
	if err != nil {
		if len(places) != len(ports) {
			n, _ := elementsOf(m.w.Outputs...)
			return nil, fmt.Errorf("wanted %d columns for the targets (%s), or one for each output, received %d", n, describe(m.w.Outputs), len(places))
		}
		feeds = nil
		for i, p := range ports {
			f := Feed{Port: p, Shape: rowShape(p), Columns: []int{places[i]}}
			if count(m.columns.List[places[i]].Shape) == 1 {
				f.Shape = runtime.Shape{1}
			}
			feeds = append(feeds, f)
		}
	}
	for i := range feeds {
		feeds[i].Class = true
	}
	return feeds, nil
}

// targetPorts are the outputs as targets have them: numbers, whatever the model
// answers with, or the names of classes.
func (m *matcher) targetPorts() []keras.Port {
	ports := slices.Clone(m.w.Outputs)
	for i := range ports {
		ports[i].DType = runtime.Float32
		if m.w.Labels != nil {
			ports[i].Type = runtime.Type{DType: runtime.String, Shape: runtime.Shape{runtime.Unknown, 1}}
		}
	}
	return ports
}
