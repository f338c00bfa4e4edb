package train

import (
	"fmt"

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
// losses can take and hardly mean; those two say nothing of them.
func (d *Data) Check(m *keras.Model, s *Settings) (notes []string, err error) {
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
