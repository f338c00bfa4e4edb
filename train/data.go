package train

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Data is what a model is trained on: one tensor for each input and output of
// the model, all with the same number of rows.
type Data struct {
	X, Y []*runtime.Tensor

	// SampleWeight scales the loss of each row; nil is 1 for all.
	SampleWeight []float32
}

// Rows returns the number of rows.
func (d *Data) Rows() int {
	if len(d.X) == 0 || len(d.X[0].Shape()) == 0 {
		return 0
	}
	return d.X[0].Shape()[0]
}

// check compares the data with the model.
func (d *Data) check(m *keras.Model) error {
	if len(d.X) != len(m.Inputs()) || len(d.Y) != len(m.Outputs()) {
		return &runtime.ShapeError{What: "data", Wanted: fmt.Sprintf("%d inputs and %d targets", len(m.Inputs()), len(m.Outputs())),
			Received: fmt.Sprintf("%d and %d", len(d.X), len(d.Y))}
	}
	rows := d.Rows()
	for i, t := range append(append([]*runtime.Tensor{}, d.X...), d.Y...) {
		if t == nil || len(t.Shape()) == 0 || t.Shape()[0] != rows {
			return &runtime.ShapeError{What: fmt.Sprintf("data, array %d", i), Wanted: fmt.Sprintf("%d rows", rows), Received: fmt.Sprint(t.Shape())}
		}
	}
	if d.SampleWeight != nil && len(d.SampleWeight) != rows {
		return &runtime.ShapeError{What: "sample weights", Wanted: fmt.Sprint(rows), Received: fmt.Sprint(len(d.SampleWeight))}
	}
	if rows == 0 {
		return &runtime.ShapeError{What: "data", Wanted: "at least one row", Received: "none"}
	}
	return nil
}

// withClassWeights returns the data with each row's weight multiplied by the
// weight of its class: the target itself, or the place of its largest element.
func (d *Data) withClassWeights(weights map[int]float32) *Data {
	c := *d
	c.SampleWeight = make([]float32, d.Rows())
	y := d.Y[0]
	width := y.Len() / max(1, d.Rows())
	for r := range c.SampleWeight {
		w, ok := weights[classOf(y, r, width)]
		if !ok {
			w = 1
		}
		if d.SampleWeight != nil {
			w *= d.SampleWeight[r]
		}
		c.SampleWeight[r] = w
	}
	return &c
}

// element returns a number of a tensor, 0 of one that holds none.
func element(t *runtime.Tensor, i int) float64 {
	switch t.DType() {
	case runtime.Int32:
		return float64(t.Int32s()[i])
	case runtime.Int64:
		return float64(t.Int64s()[i])
	case runtime.Float32:
		return float64(t.Float32s()[i])
	}
	return 0
}

func classOf(y *runtime.Tensor, r, width int) int {
	if width == 1 {
		return int(element(y, r))
	}
	best := 0
	for k := range width {
		if element(y, r*width+k) > element(y, r*width+best) {
			best = k
		}
	}
	return best
}

// Split cuts off the last fraction of the rows for validation, as Keras does. Both
// parts share the memory of the whole.
func (d *Data) Split(fraction float64) (fit, validation *Data, err error) {
	at := int(float64(d.Rows()) * (1 - fraction))
	if !(fraction > 0 && fraction < 1) || at == 0 || at == d.Rows() {
		return nil, nil, fmt.Errorf("validation split must leave rows on both sides, received %g of %d rows", fraction, d.Rows())
	}
	return d.Slice(0, at), d.Slice(at, d.Rows()), nil
}

// Slice returns the rows from lo to hi, sharing their memory.
func (d *Data) Slice(lo, hi int) *Data {
	s := &Data{X: rowsOf(d.X, lo, hi), Y: rowsOf(d.Y, lo, hi)}
	if d.SampleWeight != nil {
		s.SampleWeight = d.SampleWeight[lo:hi]
	}
	return s
}

// Take returns copies of the rows at these places, in their order.
func (d *Data) Take(places []int) *Data {
	take := func(all []*runtime.Tensor) []*runtime.Tensor {
		out := make([]*runtime.Tensor, len(all))
		for i, t := range all {
			out[i] = t.Take(places)
		}
		return out
	}
	s := &Data{X: take(d.X), Y: take(d.Y)}
	if d.SampleWeight != nil {
		s.SampleWeight = make([]float32, len(places))
		for i, r := range places {
			s.SampleWeight[i] = d.SampleWeight[r]
		}
	}
	return s
}

func rowsOf(all []*runtime.Tensor, lo, hi int) []*runtime.Tensor {
	out := make([]*runtime.Tensor, len(all))
	for i, t := range all {
		out[i] = t.Rows(lo, hi)
	}
	return out
}

// batch is a piece of the data as a step takes it: inputs, targets, weights.
type batch struct {
	in   []*runtime.Tensor
	rows int
}

// batches cuts the data into pieces that share its memory.
func (d *Data) batches(size int) []batch {
	all := slices.Concat(d.X, d.Y)
	if d.SampleWeight != nil {
		w, _ := runtime.TensorOf(d.SampleWeight, len(d.SampleWeight))
		all = append(all, w)
	}
	var list []batch
	for lo := 0; lo < d.Rows(); lo += size {
		hi := min(lo+size, d.Rows())
		list = append(list, batch{rowsOf(all, lo, hi), hi - lo})
	}
	return list
}

// shuffler holds data in another order, which changes with every epoch.
type shuffler struct {
	from, to *Data
	order    []int
	random   *rand.Rand
}

func newShuffler(d *Data, seed uint64) *shuffler {
	s := &shuffler{from: d, to: &Data{}, order: make([]int, d.Rows()), random: rand.New(rand.NewPCG(seed, 0x6b657261737275))}
	for _, t := range d.X {
		s.to.X = append(s.to.X, t.Clone())
	}
	for _, t := range d.Y {
		s.to.Y = append(s.to.Y, t.Clone())
	}
	s.to.SampleWeight = slices.Clone(d.SampleWeight)
	return s
}

// shuffle puts the rows in a new order.
func (s *shuffler) shuffle() {
	for i := range s.order {
		s.order[i] = i
	}
	s.random.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	for i, t := range s.from.X {
		t.TakeInto(s.to.X[i], s.order)
	}
	for i, t := range s.from.Y {
		t.TakeInto(s.to.Y[i], s.order)
	}
	for i := range s.to.SampleWeight {
		s.to.SampleWeight[i] = s.from.SampleWeight[s.order[i]]
	}
}
