package layers

import (
	"github.com/kerasrun/kerasrun/runtime"
)

// Spatial is what the layers over one to three spatial axes have in common. They
// compute with the channels last; channels_first is a transposition before and
// one behind, which the runtime takes out between neighbours.
type Spatial struct {
	Rank       int
	DataFormat string `keras:"data_format"`
}

func (s *Spatial) ChannelsFirst() bool { return s.DataFormat == "channels_first" }

// WantInput checks the single input of a layer and returns its channels, which
// are negative when not known, and its spatial sizes.
func (s *Spatial) WantInput(in []runtime.Shape) (channels int, sizes runtime.Shape, err error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return 0, nil, err
	}
	x := in[0]
	if err := WantRank(x, s.Rank+2, s.Rank+2); err != nil {
		return 0, nil, err
	}
	if s.ChannelsFirst() {
		return x[1], x[2:], nil
	}
	return x[s.Rank+1], x[1 : s.Rank+1], nil
}

// WantChannels is WantInput for layers whose weights depend on the channels.
func (s *Spatial) WantChannels(in []runtime.Shape) (int, error) {
	channels, _, err := s.WantInput(in)
	if err == nil && channels < 0 {
		err = &runtime.ShapeError{What: "input", Wanted: "a known number of channels", Received: in[0].String()}
	}
	return channels, err
}

// Build implements Layer for layers without weights.
func (s *Spatial) Build(in []runtime.Shape) ([]Weight, error) {
	_, _, err := s.WantInput(in)
	return nil, err
}

// ToChannelsLast returns a layer's input with its channels last.
func (s *Spatial) ToChannelsLast(c *Call, x *runtime.Value) *runtime.Value {
	if !s.ChannelsFirst() {
		return x
	}
	perm := []int{0}
	for a := range s.Rank {
		perm = append(perm, a+2)
	}
	return c.Transpose(x, append(perm, 1)...)
}

// out returns a layer's result, whose channels are last, in its data format.
func (s *Spatial) FromChannelsLast(c *Call, y *runtime.Value) *runtime.Value {
	if !s.ChannelsFirst() {
		return y
	}
	perm := []int{0, s.Rank + 1}
	for a := range s.Rank {
		perm = append(perm, a+1)
	}
	return c.Transpose(y, perm...)
}

// OnEach checks an option that has a number for each spatial axis; one number
// stands for all of them.
func (s *Spatial) OnEach(d *Decoder, name string, v *[]int, least int) {
	if len(*v) == 1 {
		for len(*v) < s.Rank {
			*v = append(*v, (*v)[0])
		}
	}
	if len(*v) != s.Rank {
		d.Broken("%s must have %d numbers, received %d", name, s.Rank, len(*v))
		return
	}
	for _, n := range *v {
		if n < least {
			d.Broken("%s must be >= %d, received %d", name, least, n)
			return
		}
	}
}
