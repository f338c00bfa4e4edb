package table

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// weightColumn is the column that weighs rows where no other is named.
const weightColumn = "sample_weight"

// Match finds what each input, target and weight is made of: by name where the
// names say it, by number where they are numbered through, else in the order of
// the columns, which is noted. What does not fit is an error that lists the
// columns and what was wanted.
func (w *Wanted) Match(c Columns) (*Layout, error) {
	m := newMatcher(w, c)
	weight, err := m.weight()
	if err != nil {
		return nil, err
	}
	if err := m.ids(); err != nil {
		return nil, err
	}
	targets, err := m.namedTargets()
	if err != nil {
		return nil, err
	}
	inputs, err := m.namedInputs()
	if err != nil {
		return nil, err
	}
	if inputs == nil && !c.Ordered {
		if inputs, err = m.orderedInputs(false); err != nil {
			return nil, err
		}
	}
	if targets == nil && w.Outputs != nil {
		if targets, err = m.lastTargets(inputs != nil); err != nil {
			return nil, err
		}
	}
	if inputs == nil {
		if inputs, err = m.orderedInputs(len(targets) > 0); err != nil {
			return nil, err
		}
	}
	kept, err := m.keep()
	if err != nil {
		return nil, err
	}
	if err := m.extras(); err != nil {
		return nil, err
	}
	l := &Layout{Feeds: append(inputs, targets...), Inputs: m.names(inputs), Targets: m.names(targets)}
	if weight >= 0 {
		p := keras.Port{Name: weightColumn, Type: runtime.Type{Shape: runtime.Shape{runtime.Unknown}}}
		l.Feeds = append(l.Feeds, Feed{Port: p, Shape: Scalar, Columns: []int{weight}})
	}
	l.Feeds = append(l.Feeds, kept...)
	w.Found = l
	return l, nil
}

// weight takes the column that weighs rows; -1 is none.
func (m *matcher) weight() (int, error) {
	name := m.w.Weight
	switch {
	case m.w.Outputs == nil || name == "" && slices.Contains(m.w.Targets, weightColumn):
		return -1, nil
	case name == "":
		return m.take(weightColumn), nil
	case slices.Contains(m.w.Targets, name):
		return -1, fmt.Errorf("column %q cannot be a target and weigh rows", name)
	case m.places[name] < 0:
		return -1, fmt.Errorf("two columns are called %q", name)
	}
	at := m.take(name)
	if at < 0 {
		return -1, fmt.Errorf("no column %q to weigh rows; the columns are %s", name, m.all())
	}
	return at, nil
}

// matcher divides columns.
type matcher struct {
	w       *Wanted
	columns Columns
	places  map[string]int // by name, -1 for a name that stands twice
	taken   []bool
}

func newMatcher(w *Wanted, c Columns) *matcher {
	m := &matcher{w: w, columns: c, places: map[string]int{}, taken: make([]bool, len(c.List))}
	for i, col := range c.List {
		if _, twice := m.places[col.Name]; twice {
			m.places[col.Name] = -1
		} else if col.Name != "" {
			m.places[col.Name] = i
		}
	}
	return m
}

// find is the place of a free column of that name, -1 without one.
func (m *matcher) find(name string) int {
	if at, ok := m.places[name]; ok && at >= 0 && !m.taken[at] {
		return at
	}
	return -1
}

func (m *matcher) take(name string) int {
	at := m.find(name)
	if at >= 0 {
		m.taken[at] = true
	}
	return at
}

// use marks the columns of feeds as taken.
func (m *matcher) use(feeds []Feed) []Feed {
	for _, f := range feeds {
		for _, at := range f.Columns {
			m.taken[at] = true
		}
	}
	return feeds
}

// free lists the columns that nothing has taken.
func (m *matcher) free() []int {
	var out []int
	for i, t := range m.taken {
		if !t {
			out = append(out, i)
		}
	}
	return out
}

// named reports whether the columns have names at all.
func (m *matcher) named() bool { return len(m.places) > 0 }

// names are those of the columns of feeds, in order; nil if any has none.
func (m *matcher) names(feeds []Feed) []string {
	var out []string
	for _, f := range feeds {
		for _, at := range f.Columns {
			name := m.columns.List[at].Name
			if name == "" {
				return nil
			}
			out = append(out, name)
		}
	}
	return out
}

// list names columns for a message.
func (m *matcher) list(places []int) string {
	names := make([]string, len(places))
	for i, at := range places {
		if names[i] = m.columns.List[at].Name; names[i] == "" {
			names[i] = fmt.Sprintf("(column %d, no name)", at+1)
		}
	}
	return brief(names)
}

// all lists every column for a message.
func (m *matcher) all() string {
	every := make([]int, len(m.columns.List))
	for i := range every {
		every[i] = i
	}
	return m.list(every)
}

// extras refuses columns that nothing has taken.
func (m *matcher) extras() error {
	left := m.free()
	if len(left) == 0 || m.columns.Loose || m.w.AllowExtra {
		return nil
	}
	return fmt.Errorf("nothing takes %s; the inputs are %s: leave out what is too many, or allow it with --allow-extra", m.list(left), describe(m.w.Inputs))
}

// orderedInputs takes the free columns in their order.
func (m *matcher) orderedInputs(targets bool) ([]Feed, error) {
	free := m.free()
	if only := m.columns.Loose && m.w.Outputs == nil && len(m.columns.List) == 1 && len(m.w.Inputs) == 1; !m.columns.Ordered && !only {
		_, missing := m.ported(m.w.Inputs, m.inputNames)
		return nil, m.unknown("no " + brief(missing))
	}
	if m.named() && m.columns.Ordered && m.w.knowsNames() {
		return nil, m.unknown("the names are others")
	}
	feeds, err := m.divide(m.w.Inputs, free)
	if err != nil {
		if beside := len(m.columns.List) - len(free); targets && beside > 0 {
			err = fmt.Errorf("%w beside %d for targets", err, beside)
		}
		if m.named() {
			err = fmt.Errorf("%w: %s", err, m.list(free))
		}
		return nil, err
	}
	if m.named() && m.columns.Ordered {
		m.w.note("the model does not say what its columns are called: taken in their order for %s (--columns names them)", describe(m.w.Inputs))
	}
	return m.use(feeds), nil
}

// knowsNames reports whether the columns of the inputs have names that can be
// asked for: those given, or the inputs' own where each is one number.
func (w *Wanted) knowsNames() bool {
	if len(w.columnNames()) > 0 {
		return true
	}
	for _, p := range w.Inputs {
		if count(rowShape(p)) != 1 {
			return false
		}
	}
	return len(w.Inputs) > 1
}

// columnNames are the names of the inputs' elements: given, or found before.
func (w *Wanted) columnNames() []string {
	if len(w.Columns) > 0 || w.Like == nil {
		return w.Columns
	}
	return w.Like.Inputs
}

// unknown is the error of columns that fit neither by name nor in order.
func (m *matcher) unknown(why string) error {
	wanted := "the inputs are " + describe(m.w.Inputs)
	if names := m.w.columnNames(); len(names) > 0 {
		wanted = "the inputs' columns are " + brief(names)
	}
	hint := ""
	if m.columns.Ordered {
		hint = "; --columns says what the inputs' elements are called here"
	}
	return fmt.Errorf("%s: received %s; %s%s", why, m.all(), wanted, hint)
}

// divide gives each port one of the columns, or as many as it has elements. One
// axis of unknown size takes what is left.
func (m *matcher) divide(ports []keras.Port, places []int) ([]Feed, error) {
	if feeds := m.oneEach(ports, places); feeds != nil {
		return feeds, nil
	}
	sizes, total := make([]int, len(places)), 0
	for i, at := range places {
		if sizes[i] = count(m.columns.List[at].Shape); sizes[i] < 0 {
			sizes[i] = 1
		}
		total += sizes[i]
	}
	shapes, err := rowShapes(ports, total)
	if err != nil {
		return nil, err
	}
	var feeds []Feed
	k := 0
	for i, p := range ports {
		f := Feed{Port: p, Shape: shapes[i]}
		for n := 0; n < count(shapes[i]); k++ {
			n += sizes[k]
			f.Columns = append(f.Columns, places[k])
			if n > count(shapes[i]) {
				return nil, fmt.Errorf("column %s reaches from one input into the next: wanted %s", m.list(places[k:k+1]), describe(ports))
			}
		}
		feeds = append(feeds, f)
	}
	return feeds, nil
}

// oneEach gives each port one column that holds all of it, nil if they do not.
func (m *matcher) oneEach(ports []keras.Port, places []int) []Feed {
	if len(places) != len(ports) {
		return nil
	}
	var feeds []Feed
	for i, p := range ports {
		f := Feed{Port: p, Shape: rowShape(p), Columns: []int{places[i]}}
		shape := m.columns.List[places[i]].Shape
		if _, ok := f.accepts(shape); shape != nil && !ok {
			if len(shape) > 0 && count(rowShape(p)) >= 0 && len(ports) == 1 {
				return []Feed{f} // the reader says what does not fit
			}
			return nil
		}
		feeds = append(feeds, f)
	}
	return feeds
}

// rowShapes gives an axis of unknown size what is left of so many elements.
func rowShapes(ports []keras.Port, total int) ([]runtime.Shape, error) {
	known, open, unit := 0, false, 1
	for _, p := range ports {
		n, unknown := 1, 0
		for _, d := range rowShape(p) {
			if d < 0 {
				unknown++
			} else {
				n *= d
			}
		}
		switch {
		case unknown == 0:
			known += n
		case unknown > 1 || open:
			return nil, fmt.Errorf("columns cannot be divided among axes of unknown size (%s): use JSON lines, .npy or .npz", describe(ports))
		default:
			open, unit = true, n
		}
	}
	left := total - known
	if !open && left != 0 || open && (left < 0 || unit == 0 || left%unit != 0) {
		want := fmt.Sprint(known)
		if open {
			want += " and those of an axis of unknown size"
		}
		return nil, fmt.Errorf("wanted %s columns (%s), received %d", want, describe(ports), total)
	}
	var shapes []runtime.Shape
	for _, p := range ports {
		shape := slices.Clone(rowShape(p))
		for a, d := range shape {
			if d < 0 {
				shape[a] = left / unit
			}
		}
		shapes = append(shapes, shape)
	}
	return shapes, nil
}
