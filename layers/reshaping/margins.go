package reshaping

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// margins is an option that holds what lies before and behind each spatial
// axis: a number, a number for each axis, or a pair for each.
type margins struct {
	flat  []int
	pairs [][]int
}

// String shows the margins as configurations write them.
func (m margins) String() string {
	if m.pairs != nil {
		return fmt.Sprint(m.pairs)
	}
	if len(m.flat) == 1 {
		return fmt.Sprint(m.flat[0])
	}
	return fmt.Sprint(m.flat)
}

func (m *margins) DecodeOption(d *layers.Decoder, v any) {
	list, isList := v.([]any)
	ok := true
	*m = margins{}
	if !isList {
		m.flat = make([]int, 1)
		m.flat[0], ok = layers.Int(v)
	}
	for _, x := range list {
		if pair, isPair := layers.Ints(x); isPair && len(pair) == 2 {
			m.pairs = append(m.pairs, pair)
			continue
		}
		n, isInt := layers.Int(x)
		m.flat, ok = append(m.flat, n), ok && isInt
	}
	if !ok || len(m.flat) > 0 && len(m.pairs) > 0 {
		d.Broken("must be numbers or pairs of numbers, received %s", layers.Brief(v))
		*m = margins{flat: []int{0}}
	}
}

// on returns the margins of every axis.
func (m *margins) on(d *layers.Decoder, name string, s *layers.Spatial) (before, after []int) {
	pairs := m.pairs
	switch {
	case s.Rank == 1 && len(m.flat) == 2:
		pairs = [][]int{m.flat}
	case len(m.flat) == 1:
		for range s.Rank {
			pairs = append(pairs, []int{m.flat[0], m.flat[0]})
		}
	default:
		for _, n := range m.flat {
			pairs = append(pairs, []int{n, n})
		}
	}
	if len(pairs) != s.Rank {
		d.Broken("%s must have a pair for each of %d axes, received %v", name, s.Rank, pairs)
		return make([]int, s.Rank), make([]int, s.Rank)
	}
	for _, p := range pairs {
		if p[0] < 0 || p[1] < 0 {
			d.Broken("%s must be >= 0, received %v", name, p)
		}
		before, after = append(before, p[0]), append(after, p[1])
	}
	return before, after
}

// tooSmall says that an input does not have the places an option asks for.
func tooSmall(what string, least int, in runtime.Shape) error {
	return &runtime.ShapeError{What: what, Wanted: fmt.Sprintf("an input of more than %d places", least), Received: in.String()}
}
