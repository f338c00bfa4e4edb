package keras

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// choose finds the outputs of these names among those of the model, which are
// the given ports and values, and what its layers give.
func choose(names []string, ports []Port, values []*runtime.Value, results []layers.Result) ([]Port, []*runtime.Value, error) {
	if len(names) == 0 {
		return nil, nil, errors.New("Outputs must be given at least one name")
	}
	var (
		chosen []Port
		found  []*runtime.Value
		wrong  []error
	)
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			wrong = append(wrong, fmt.Errorf("Outputs is given %q twice", name))
			continue
		}
		v, err := outputNamed(name, ports, values, results)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		chosen = append(chosen, Port{Name: name, Type: v.Type})
		found = append(found, v)
	}
	return chosen, found, errors.Join(wrong...)
}

// outputNamed finds one output: of the model, or else of a layer.
func outputNamed(name string, ports []Port, values []*runtime.Value, results []layers.Result) (*runtime.Value, error) {
	var (
		found   []*runtime.Value
		spelled []string // how to ask for each of found
	)
	for i, p := range ports {
		if p.Name == name {
			found = append(found, values[i])
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	found = nil // outputs of one name are those of a layer: its results tell them apart
	for _, r := range results {
		tensor, ok := r.Named(name)
		switch {
		case !ok || tensor >= len(r.Tensors):
		case tensor >= 0 || len(r.Tensors) == 1:
			found, spelled = append(found, r.Tensors[max(tensor, 0)].Value), append(spelled, r.Name())
		default:
			for t := range r.Tensors {
				found, spelled = append(found, r.Tensors[t].Value), append(spelled, r.TensorName(t))
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, unknownOutput(name, ports, results)
	case 1:
		return found[0], nil
	}
	slices.Sort(spelled)
	return nil, &NameError{What: "output", Name: name, Several: spelled}
}

// unknownOutput says what there is in the place of a name that is not.
func unknownOutput(name string, ports []Port, results []layers.Result) error {
	all := map[string]bool{}
	for _, p := range ports {
		all[p.Name] = true
	}
	e := &NameError{What: "output", Name: name}
	for _, r := range results {
		full := r.Name()
		all[full] = true
		if strings.HasPrefix(name, full+"/") {
			e.Within = full
		}
	}
	e.Near = near(name, slices.Collect(maps.Keys(all)))
	return e
}
