package train

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// checker looks at the values of data, piece by piece.
type checker struct {
	m     *keras.Model
	s     *Settings
	rows  int                // seen before the piece
	bad   []*NotANumberError // by input, by target, and of the weights
	wrong []*TargetError     // by output: targets that its loss does not suit
	reach []runtime.Box      // of the outputs; nil when it does not matter
	below []int              // by output: rows with targets that it does not reach
	above []int
}

func newChecker(m *keras.Model, s *Settings) *checker {
	x, y := len(m.Inputs()), len(m.Outputs())
	return &checker{m: m, s: s, bad: make([]*NotANumberError, x+y+1), wrong: make([]*TargetError, y), below: make([]int, y), above: make([]int, y)}
}

// findReach bounds what the model can answer, whatever its weights become.
func (c *checker) findReach() error {
	g, err := lowered.Of(c.m, false)
	if err != nil {
		return err
	}
	graph, err := g.Builder.Graph(g.Values()...)
	if err != nil {
		return err
	}
	c.reach = graph.Reach()
	return nil
}

// add looks at rows that go with the model.
func (c *checker) add(d *Data) error {
	for i, p := range c.m.Inputs() {
		c.finite(i, "input "+p.Name, d.X[i])
	}
	for i, p := range c.m.Outputs() {
		c.finite(len(d.X)+i, "target "+p.Name, d.Y[i])
		if wanted, ok := c.targets(i); ok {
			c.suits(i, wanted, d.Y[i])
			if c.reach != nil && !wanted.Required { // numbers of classes are no answers
				lo, hi := float64(slices.Min(c.reach[i].Lo)), float64(slices.Max(c.reach[i].Hi))
				c.below[i] += rowsWith(d.Y[i], func(v float64) bool { return v < lo })
				c.above[i] += rowsWith(d.Y[i], func(v float64) bool { return v > hi })
			}
		}
	}
	if d.SampleWeight != nil {
		w, err := runtime.TensorOf(d.SampleWeight, len(d.SampleWeight))
		if err != nil {
			return err
		}
		c.finite(len(c.bad)-1, "sample weights", w)
	}
	c.rows += d.Rows()
	return nil
}

// targets are those that suit the loss of an output, if it has one.
func (c *checker) targets(i int) (losses.Targets, bool) {
	shape := c.m.Outputs()[i].Shape
	if i >= len(c.s.Losses) || c.s.Losses[i] == nil || len(shape) == 0 {
		return losses.Targets{}, false
	}
	return losses.TargetsOf(c.s.Losses[i], shape[len(shape)-1]), true
}

// finite finds rows that hold what is no number.
func (c *checker) finite(i int, what string, t *runtime.Tensor) {
	e := NotFinite(what, t)
	switch {
	case e == nil:
	case c.bad[i] == nil:
		e.Row += c.rows
		c.bad[i] = e
	default:
		c.bad[i].Rows += e.Rows
	}
}

// suits finds rows whose targets do not suit a loss.
func (c *checker) suits(i int, wanted losses.Targets, y *runtime.Tensor) {
	width, last := y.Len()/max(1, y.Shape()[0]), -1
	for k := range y.Len() {
		v := element(y, k)
		if wanted.Has(v) || k/width == last {
			continue
		}
		last = k / width
		if c.wrong[i] == nil {
			e := &TargetError{Output: c.m.Outputs()[i].Name, Loss: losses.Name(c.s.Losses[i]), Wanted: fmt.Sprintf("%v to %v", wanted.Least, wanted.Most), Row: c.rows + last, Value: v}
			if wanted.NoZero {
				e.Wanted = "no zeros"
			}
			c.wrong[i] = e
		}
		c.wrong[i].Rows++
	}
}

// rowsWith counts rows with an element that is so.
func rowsWith(y *runtime.Tensor, so func(v float64) bool) (rows int) {
	width, last := y.Len()/max(1, y.Shape()[0]), -1
	for k := range y.Len() {
		if k/width != last && so(element(y, k)) {
			last = k / width
			rows++
		}
	}
	return rows
}

// err is what no training is possible with.
func (c *checker) err() error {
	for _, e := range c.bad {
		if e != nil {
			return e
		}
	}
	for i, e := range c.wrong {
		if wanted, _ := c.targets(i); e != nil && wanted.Required {
			return e
		}
	}
	return nil
}

// notes say which targets a loss hardly means, and which the model cannot answer with.
func (c *checker) notes() (notes []string) {
	for i, e := range c.wrong {
		if e != nil {
			notes = append(notes, e.Error())
			continue
		}
		name := c.m.Outputs()[i].Name
		if c.below[i] > 0 {
			notes = append(notes, fmt.Sprintf("targets of %s: %d of %d rows are below %g, where no weights bring its answers", name, c.below[i], c.rows, slices.Min(c.reach[i].Lo)))
		}
		if c.above[i] > 0 {
			notes = append(notes, fmt.Sprintf("targets of %s: %d of %d rows are above %g, where no weights bring its answers", name, c.above[i], c.rows, slices.Max(c.reach[i].Hi)))
		}
	}
	return notes
}
