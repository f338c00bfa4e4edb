package train

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// NotANumberError says that data holds NaN or an infinity.
type NotANumberError struct {
	What   string // "input x", "target y", "sample weights"
	Rows   int    // that hold any
	Row    int    // the first, counted from 0
	Column int    // of its elements the first, counted from 0
	Value  float32
}

func (e *NotANumberError) Error() string {
	return fmt.Sprintf("%s: %d rows are not finite; the first is row %d, whose element %d is %v", e.What, e.Rows, e.Row, e.Column, e.Value)
}

// TargetError says that a loss cannot be computed with some targets.
type TargetError struct {
	Output, Loss string
	Wanted       string
	Rows         int // that hold any
	Row          int // the first, counted from 0
	Value        float64
}

func (e *TargetError) Error() string {
	return fmt.Sprintf("targets of %s: wanted %s for the loss %s, received %v in row %d; %d rows are so", e.Output, e.Wanted, e.Loss, e.Value, e.Row, e.Rows)
}

// Check looks at the values before any work is done: a *NotANumberError or a
// *TargetError is what Fit and Evaluate would return. Notes say which targets the
// losses can take and hardly mean, and which no weights make the model answer; those
// two say nothing of them.
func (d *Data) Check(m *keras.Model, s *Settings) (notes []string, err error) {
	if notes, err = d.checkValues(m, s); err != nil {
		return nil, err
	}
	reach, err := answers(m)
	if err != nil {
		return nil, err
	}
	for i, p := range m.Outputs() {
		if i >= len(s.Losses) || s.Losses[i] == nil || len(p.Shape) == 0 || losses.TargetsOf(s.Losses[i], p.Shape[len(p.Shape)-1]).Required {
			continue // numbers of classes are no answers
		}
		notes = append(notes, beyond(p, reach[i], d.Y[i])...)
	}
	return notes, nil
}

// checkValues is Check without what the model can answer.
func (d *Data) checkValues(m *keras.Model, s *Settings) (notes []string, err error) {
	if err := d.check(m); err != nil {
		return nil, err
	}
	for i, p := range m.Inputs() {
		if err := finiteRows("input "+p.Name, d.X[i]); err != nil {
			return nil, err
		}
	}
	for i, p := range m.Outputs() {
		if err := finiteRows("target "+p.Name, d.Y[i]); err != nil {
			return nil, err
		}
		if i >= len(s.Losses) || s.Losses[i] == nil {
			continue
		}
		e, required := suits(p, s.Losses[i], d.Y[i])
		switch {
		case e == nil:
		case required:
			return nil, e
		default:
			notes = append(notes, e.Error())
		}
	}
	if d.SampleWeight != nil {
		w, err := runtime.TensorOf(d.SampleWeight, len(d.SampleWeight))
		if err != nil {
			return nil, err
		}
		if err := finiteRows("sample weights", w); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// answers bounds what a model can answer, whatever its weights become.
func answers(m *keras.Model) ([]runtime.Box, error) {
	g, err := lowered.Of(m, false)
	if err != nil {
		return nil, err
	}
	graph, err := g.Builder.Graph(g.Values()...)
	if err != nil {
		return nil, err
	}
	return graph.Reach(), nil
}

// beyond counts rows with targets that the output cannot reach: under a sigmoid those
// above 1.
func beyond(p keras.Port, reach runtime.Box, y *runtime.Tensor) (notes []string) {
	lo, hi := slices.Min(reach.Lo), slices.Max(reach.Hi)
	width := y.Len() / max(1, y.Shape()[0])
	for _, side := range []struct {
		text string
		end  float32
		out  func(v float64) bool
	}{
		{"below", lo, func(v float64) bool { return v < float64(lo) }},
		{"above", hi, func(v float64) bool { return v > float64(hi) }},
	} {
		rows, last := 0, -1
		for i := range y.Len() {
			if i/width != last && side.out(element(y, i)) {
				last = i / width
				rows++
			}
		}
		if rows > 0 {
			notes = append(notes, fmt.Sprintf("targets of %s: %d of %d rows are %s %g, where no weights bring its answers", p.Name, rows, y.Shape()[0], side.text, side.end))
		}
	}
	return notes
}

// finiteRows finds rows that hold what is no number.
func finiteRows(what string, t *runtime.Tensor) error {
	if e := NotFinite(what, t); e != nil {
		return e
	}
	return nil
}

// NotFinite finds the rows of a tensor that hold NaN or an infinity; nil is none.
func NotFinite(what string, t *runtime.Tensor) *NotANumberError {
	if t.DType() != runtime.Float32 {
		return nil
	}
	var e *NotANumberError
	width := t.Len() / max(1, t.Shape()[0])
	last := -1
	for i, v := range t.Float32s() {
		if v-v == 0 || i/width == last {
			continue
		}
		last = i / width
		if e == nil {
			e = &NotANumberError{What: what, Row: last, Column: i % width, Value: v}
		}
		e.Rows++
	}
	return e
}

// suits finds rows whose targets do not suit a loss.
func suits(p keras.Port, l losses.Loss, y *runtime.Tensor) (e *TargetError, required bool) {
	wanted := losses.TargetsOf(l, p.Shape[len(p.Shape)-1])
	width, last := y.Len()/max(1, y.Shape()[0]), -1
	for i := range y.Len() {
		v := element(y, i)
		if wanted.Has(v) || i/width == last {
			continue
		}
		last = i / width
		if e == nil {
			e = &TargetError{Output: p.Name, Loss: losses.Name(l), Wanted: fmt.Sprintf("%v to %v", wanted.Least, wanted.Most), Row: last, Value: v}
			if wanted.NoZero {
				e.Wanted = "no zeros"
			}
		}
		e.Rows++
	}
	return e, wanted.Required
}
