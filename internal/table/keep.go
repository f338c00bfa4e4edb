package table

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Kept are the columns that are carried along, as ports of text.
func (l *Layout) Kept() []keras.Port {
	var out []keras.Port
	for _, f := range l.Feeds {
		if f.Kept {
			out = append(out, f.Port)
		}
	}
	return out
}

// PortsOfText are columns of text, each once.
func PortsOfText(names []string) []keras.Port {
	var out []keras.Port
	for i, name := range names {
		if !slices.Contains(names[:i], name) {
			out = append(out, keras.Port{Name: name, Type: runtime.Type{DType: runtime.String, Shape: runtime.Shape{runtime.Unknown}}})
		}
	}
	return out
}

// ids takes the columns that name rows, which are no inputs.
func (m *matcher) ids() error {
	for _, name := range m.w.IDs {
		if _, err := m.kept(name); err != nil {
			return err
		}
		m.take(name)
	}
	return nil
}

// keep makes feeds of the columns that are carried along: those that name rows
// first. They may be inputs as well.
func (m *matcher) keep() ([]Feed, error) {
	var feeds []Feed
	add := func(at int) {
		p := PortsOfText([]string{m.columns.List[at].Name})[0]
		if p.Name == "" {
			p.Name = fmt.Sprint("column_", at+1)
		}
		m.taken[at] = true
		feeds = append(feeds, Feed{Port: p, Shape: Scalar, Columns: []int{at}, Kept: true})
	}
	names := slices.Clone(m.w.IDs)
	for _, name := range m.w.Keep {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		at, err := m.kept(name)
		if err != nil {
			return nil, err
		}
		add(at)
	}
	for at, c := range m.columns.List {
		if m.w.KeepAll && !(c.Name != "" && slices.Contains(names, c.Name)) {
			add(at)
		}
	}
	return feeds, nil
}

// kept is the place of a column by its name.
func (m *matcher) kept(name string) (int, error) {
	at, ok := m.places[name]
	switch {
	case !ok:
		return 0, fmt.Errorf("no column %q to keep; the columns are %s", name, m.all())
	case at < 0:
		return 0, fmt.Errorf("two columns are called %q", name)
	}
	return at, nil
}
