package train

import (
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
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
	if err := d.check(m); err != nil {
		return nil, err
	}
	c := newChecker(m, s)
	if err := c.findReach(); err != nil {
		return nil, err
	}
	if err := c.add(d); err != nil {
		return nil, err
	}
	return c.notes(), c.err()
}

// checkValues is Check without notes.
func (d *Data) checkValues(m *keras.Model, s *Settings) error {
	if err := d.check(m); err != nil {
		return err
	}
	c := newChecker(m, s)
	if err := c.add(d); err != nil {
		return err
	}
	return c.err()
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
