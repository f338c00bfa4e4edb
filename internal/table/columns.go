package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// columns divides the columns of a CSV among inputs, targets and the weights of
// rows.
type columns struct {
	inputs, outputs []keras.Port

	order []int        // the columns, inputs first, then targets, then weights
	ports []keras.Port // what they make up, in the same order
}

// weightColumn is the column that weighs rows.
const weightColumn = "sample_weight"

func (s *columns) assign(header, targets []string) error {
	var rest, y []int
	weight := -1
	for i, name := range header {
		if strings.TrimSpace(name) == weightColumn && !slices.Contains(targets, weightColumn) {
			weight = i
			continue
		}
		rest = append(rest, i)
	}
	for _, t := range targets {
		i := slices.IndexFunc(header, func(name string) bool { return strings.TrimSpace(name) == t })
		if i < 0 {
			return fmt.Errorf("no column %q; the columns are %s", t, strings.Join(header, ", "))
		}
		if slices.Contains(y, i) {
			return fmt.Errorf("column %q is given as a target twice", t)
		}
		y = append(y, i)
	}
	wanted, open := elementsOf(s.inputs)
	if len(targets) == 0 {
		n := len(rest) - wanted
		if open {
			n, _ = elementsOf(s.outputs)
		}
		if n < 1 || n >= len(rest) {
			return fmt.Errorf("wanted %d columns for the inputs (%s) and some for the targets, received %d", wanted, describe(s.inputs), len(rest))
		}
		y = rest[len(rest)-n:]
	}
	x := slices.DeleteFunc(slices.Clone(rest), func(i int) bool { return slices.Contains(y, i) })
	if !open && len(x) != wanted {
		return fmt.Errorf("wanted %d columns for the inputs (%s), received %d beside %d for the targets", wanted, describe(s.inputs), len(x), len(y))
	}
	targetPorts, err := s.targets(len(y))
	if err != nil {
		return err
	}
	s.order, s.ports = append(x, y...), append(slices.Clone(s.inputs), targetPorts...)
	if weight >= 0 {
		s.order = append(s.order, weight)
		s.ports = append(s.ports, keras.Port{Name: weightColumn, Type: runtime.Type{Shape: runtime.Shape{runtime.Unknown}}})
	}
	return nil
}

// targets shapes n target columns: as the outputs are, or one for each output,
// which is the number of its class.
func (s *columns) targets(n int) ([]keras.Port, error) {
	wanted, open := elementsOf(s.outputs)
	ports := slices.Clone(s.outputs)
	for i := range ports {
		ports[i].DType = runtime.Float32
	}
	switch {
	case !open && n == wanted:
	case n == len(ports):
		for i := range ports {
			ports[i].Shape = runtime.Shape{runtime.Unknown, 1}
		}
	default:
		return nil, fmt.Errorf("wanted %d columns for the targets (%s), or one for each output, received %d", wanted, describe(s.outputs), n)
	}
	return ports, nil
}

// elementsOf counts the elements of a row of all ports; open says that some axes
// have no known size.
func elementsOf(ports []keras.Port) (n int, open bool) {
	for _, p := range ports {
		k := 1
		for _, d := range rowShape(p) {
			if d < 0 {
				open = true
				d = 1
			}
			k *= d
		}
		n += k
	}
	return n, open
}
