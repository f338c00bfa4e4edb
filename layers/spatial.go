package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// spatial is what the layers over one to three spatial axes have in common. They
// compute with the channels last; channels_first is a transposition before and
// one behind, which the runtime takes out between neighbours.
type spatial struct {
	rank       int
	DataFormat string `keras:"data_format"`
}

func (s *spatial) channelsFirst() bool { return s.DataFormat == "channels_first" }

// wantInput checks the single input of a layer and returns its channels, which
// are negative when not known, and its spatial sizes.
func (s *spatial) wantInput(in []runtime.Shape) (channels int, sizes runtime.Shape, err error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return 0, nil, err
	}
	x := in[0]
	if err := WantRank(x, s.rank+2, s.rank+2); err != nil {
		return 0, nil, err
	}
	if s.channelsFirst() {
		return x[1], x[2:], nil
	}
	return x[s.rank+1], x[1 : s.rank+1], nil
}

// wantChannels is wantInput for layers whose weights depend on the channels.
func (s *spatial) wantChannels(in []runtime.Shape) (int, error) {
	channels, _, err := s.wantInput(in)
	if err == nil && channels < 0 {
		err = &runtime.ShapeError{What: "input", Wanted: "a known number of channels", Received: in[0].String()}
	}
	return channels, err
}

// Build implements Layer for layers without weights.
func (s *spatial) Build(in []runtime.Shape) ([]Weight, error) {
	_, _, err := s.wantInput(in)
	return nil, err
}

// in returns a layer's input with its channels last.
func (s *spatial) in(c *Call, x *runtime.Value) *runtime.Value {
	if !s.channelsFirst() {
		return x
	}
	perm := []int{0}
	for a := range s.rank {
		perm = append(perm, a+2)
	}
	return c.Transpose(x, append(perm, 1)...)
}

// out returns a layer's result, whose channels are last, in its data format.
func (s *spatial) out(c *Call, y *runtime.Value) *runtime.Value {
	if !s.channelsFirst() {
		return y
	}
	perm := []int{0, s.rank + 1}
	for a := range s.rank {
		perm = append(perm, a+1)
	}
	return c.Transpose(y, perm...)
}

// onEach checks an option that has a number for each spatial axis; one number
// stands for all of them.
func (s *spatial) onEach(d *Decoder, name string, v *[]int, least int) {
	if len(*v) == 1 {
		for len(*v) < s.rank {
			*v = append(*v, (*v)[0])
		}
	}
	if len(*v) != s.rank {
		d.Broken("%s must have %d numbers, received %d", name, s.rank, len(*v))
		return
	}
	for _, n := range *v {
		if n < least {
			d.Broken("%s must be >= %d, received %d", name, least, n)
			return
		}
	}
}

// ones returns a number for each spatial axis.
func ones(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// margins is an option that holds what lies before and behind each spatial
// axis: a number, a number for each axis, or a pair for each.
type margins struct {
	flat  []int
	pairs [][]int
}

func (m *margins) decode(d *Decoder, v any) {
	list, isList := v.([]any)
	ok := true
	*m = margins{}
	if !isList {
		m.flat = make([]int, 1)
		m.flat[0], ok = Int(v)
	}
	for _, x := range list {
		if pair, isPair := Ints(x); isPair && len(pair) == 2 {
			m.pairs = append(m.pairs, pair)
			continue
		}
		n, isInt := Int(x)
		m.flat, ok = append(m.flat, n), ok && isInt
	}
	if !ok || len(m.flat) > 0 && len(m.pairs) > 0 {
		d.Broken("must be numbers or pairs of numbers, received %s", brief(v))
		*m = margins{flat: []int{0}}
	}
}

// on returns the margins of every axis.
func (m *margins) on(d *Decoder, name string, s *spatial) (before, after []int) {
	pairs := m.pairs
	switch {
	case s.rank == 1 && len(m.flat) == 2:
		pairs = [][]int{m.flat}
	case len(m.flat) == 1:
		for range s.rank {
			pairs = append(pairs, []int{m.flat[0], m.flat[0]})
		}
	default:
		for _, n := range m.flat {
			pairs = append(pairs, []int{n, n})
		}
	}
	if len(pairs) != s.rank {
		d.Broken("%s must have a pair for each of %d axes, received %v", name, s.rank, pairs)
		return make([]int, s.rank), make([]int, s.rank)
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
