package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
)

// namedInputs finds the inputs by the names that were given, by their own names,
// or by numbers that run through all elements. It is nil where no name is known.
func (m *matcher) namedInputs() ([]Feed, error) {
	if given := m.w.columnNames(); len(given) > 0 && m.named() {
		if places := m.every(given); places != nil {
			feeds, err := m.divide(m.w.Inputs, places)
			if err != nil {
				return nil, fmt.Errorf("--columns: %w", err)
			}
			return m.use(feeds), nil
		}
	}
	feeds, missing := m.ported(m.w.Inputs, m.inputNames)
	switch {
	case len(missing) == 0:
		return m.use(feeds), nil
	case m.names(feeds) != nil:
		return nil, m.unknown(fmt.Sprintf("no %s", brief(missing)))
	}
	if places := m.numbered(); places != nil {
		if feeds, err := m.divide(m.w.Inputs, places); err == nil {
			return m.use(feeds), nil
		}
	}
	return nil, nil
}

// every is the places of all these names, nil if any is missing.
func (m *matcher) every(names []string) []int {
	var places []int
	for _, name := range names {
		at := m.find(name)
		if at < 0 || slices.Contains(places, at) {
			return nil
		}
		places = append(places, at)
	}
	return places
}

// inputNames are what input i may be called as a whole. Keras 2 called inputs
// input_1, input_2, …, which clash with the places input_0, input_1, … of a
// fixture: where all places are there and not all names, the places count.
func (m *matcher) inputNames(i int, p keras.Port) []string {
	var names, places []string
	for k, in := range m.w.Inputs {
		names, places = append(names, in.Name), append(places, fmt.Sprint("input_", k))
	}
	if m.every(names) == nil && m.every(places) != nil {
		return places[i : i+1]
	}
	return m.anyInputName(i, p)
}

func (m *matcher) anyInputName(i int, p keras.Port) []string {
	names := []string{p.Name, "x_" + p.Name, fmt.Sprint("input_", i), fmt.Sprint("x_", i)}
	if len(m.w.Inputs) == 1 {
		names = append(names, "x")
	}
	return names
}

// outputNames are what the target of output i may be called as a whole.
func (m *matcher) outputNames(i int, p keras.Port) []string {
	names := []string{"y_" + p.Name, fmt.Sprint("y_", i), p.Name}
	if len(m.w.Outputs) == 1 {
		names = append(names, "y")
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.Contains(m.w.columnNames(), name) ||
			slices.ContainsFunc(m.w.Inputs, func(in keras.Port) bool { return in.Name == name })
	})
}

// ported finds ports by names. Those that are missing are named, with what else
// they may be called.
func (m *matcher) ported(ports []keras.Port, aliases func(int, keras.Port) []string) (feeds []Feed, missing []string) {
	for i, p := range ports {
		names := aliases(i, p)
		f := m.whole(p, names)
		if f == nil {
			f = m.parts(p, names)
		}
		if f == nil {
			short := strconv.Quote(names[0])
			if len(names) > 1 {
				short += fmt.Sprintf(" (or %q)", names[len(names)-1])
			}
			missing = append(missing, short)
			continue
		}
		feeds = append(feeds, *f)
	}
	return feeds, missing
}

// whole finds one column that holds all of a port: a number where it wants just
// one, or else an array, which is checked when it is read.
func (m *matcher) whole(p keras.Port, names []string) *Feed {
	for _, name := range names {
		at := m.find(name)
		if at < 0 {
			continue
		}
		shape := m.columns.List[at].Shape
		if shape == nil || len(shape) > 0 || count(rowShape(p)) == 1 {
			return &Feed{Port: p, Shape: rowShape(p), Columns: []int{at}}
		}
	}
	return nil
}

// parts finds a column for each element of a port: NAME_0, NAME_1, … or NAME[0],
// NAME[1], …, counting row-major.
func (m *matcher) parts(p keras.Port, names []string) *Feed {
	for _, name := range names {
		for _, spelling := range []string{"%s_%d", "%s[%d]"} {
			var places []int
			for {
				at := m.find(fmt.Sprintf(spelling, name, len(places)))
				if at < 0 {
					break
				}
				places = append(places, at)
			}
			if len(places) == 0 {
				continue
			}
			if shapes, err := rowShapes([]keras.Port{p}, len(places)); err == nil {
				return &Feed{Port: p, Shape: shapes[0], Columns: places}
			}
		}
	}
	return nil
}

// numbered finds columns whose names differ by a number alone that runs from 0
// or 1 through all elements of the inputs, and returns them by number. It is nil
// where there are none or several such sets.
func (m *matcher) numbered() []int {
	total, open := elementsOf(m.w.Inputs...)
	if open {
		return nil
	}
	sets := map[string]map[int]int{} // by prefix, places by number
	for _, at := range m.free() {
		prefix, k, ok := splitNumber(m.columns.List[at].Name)
		if !ok || m.places[m.columns.List[at].Name] < 0 {
			continue
		}
		if sets[prefix] == nil {
			sets[prefix] = map[int]int{}
		}
		sets[prefix][k] = at
	}
	var found []int
	for _, set := range sets {
		places := inOrder(set, total)
		switch {
		case places == nil:
		case found != nil:
			return nil
		default:
			found = places
		}
	}
	return found
}

// inOrder lists n places by their numbers from 0 or 1 on, nil if any is missing
// or too many.
func inOrder(set map[int]int, n int) []int {
	if len(set) != n {
		return nil
	}
	first := 1
	if _, ok := set[0]; ok {
		first = 0
	}
	var places []int
	for k := range n {
		at, ok := set[first+k]
		if !ok {
			return nil
		}
		places = append(places, at)
	}
	return places
}

// splitNumber parts "x12" and "x[12]" into "x" and 12.
func splitNumber(name string) (prefix string, k int, ok bool) {
	inner, bracket := strings.CutSuffix(name, "]")
	prefix = strings.TrimRight(inner, "0123456789")
	k, err := strconv.Atoi(inner[len(prefix):])
	if bracket {
		prefix, bracket = strings.CutSuffix(prefix, "[")
		return prefix + "[]", k, err == nil && bracket
	}
	return prefix, k, err == nil
}
