package lab

import (
	"errors"
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

var inf = math.Inf(1)

// split returns the rows to train on and those to validate with: the last ones, as
// Keras has it.
func split(data *train.Data, c *Config) (fit, validation *train.Data, err error) {
	if c.Validation != nil {
		return data, c.Validation, nil
	}
	rows := data.Rows()
	at := int(float64(rows) * (1 - c.ValidationSplit))
	if !(c.ValidationSplit > 0 && c.ValidationSplit < 1) || at == 0 || at == rows {
		return nil, nil, fmt.Errorf("validation split must leave rows on both sides, received %g of %d rows", c.ValidationSplit, rows)
	}
	return slice(data, 0, at), slice(data, at, rows), nil
}

func slice(d *train.Data, lo, hi int) *train.Data {
	s := &train.Data{}
	for _, t := range d.X {
		s.X = append(s.X, t.Rows(lo, hi))
	}
	for _, t := range d.Y {
		s.Y = append(s.Y, t.Rows(lo, hi))
	}
	if d.SampleWeight != nil {
		s.SampleWeight = d.SampleWeight[lo:hi]
	}
	return s
}

// checkData compares the data with the model and looks for numbers that no training
// survives.
func checkData(m *keras.Model, name string, d *train.Data) error {
	if len(d.X) != len(m.Inputs()) || len(d.Y) != 1 {
		return &runtime.ShapeError{What: name, Wanted: fmt.Sprintf("%d inputs and 1 target", len(m.Inputs())),
			Received: fmt.Sprintf("%d and %d", len(d.X), len(d.Y))}
	}
	rows := d.Rows()
	if rows == 0 {
		return &runtime.ShapeError{What: name, Wanted: "at least one row", Received: "none"}
	}
	var problems []error
	look := func(what string, t *runtime.Tensor) {
		if t == nil || len(t.Shape()) == 0 || t.Shape()[0] != rows {
			problems = append(problems, &runtime.ShapeError{What: name + ": " + what, Wanted: fmt.Sprintf("%d rows", rows), Received: fmt.Sprint(shapeOf(t))})
			return
		}
		problems = append(problems, notFinite(name+": "+what, t))
	}
	for i, p := range m.Inputs() {
		look("input "+p.Name, d.X[i])
	}
	look("target "+m.Outputs()[0].Name, d.Y[0])
	return errors.Join(problems...)
}

func shapeOf(t *runtime.Tensor) runtime.Shape {
	if t == nil {
		return nil
	}
	return t.Shape()
}

// notFinite says how many rows hold NaN or an infinite number, and where the first
// one is.
func notFinite(what string, t *runtime.Tensor) error {
	if t.DType() != runtime.Float32 {
		return nil
	}
	width := max(1, t.Len()/max(1, t.Shape()[0]))
	bad, last := 0, -1
	for i, v := range t.Float32s() {
		if row := i / width; v-v != 0 && row != last {
			if bad++; bad == 1 {
				what += fmt.Sprintf(": row %d, column %d is %v", row+1, i%width+1, v)
			}
			last = row
		}
	}
	switch bad {
	case 0:
		return nil
	case 1:
		return errors.New(what + ": wanted finite numbers")
	}
	return fmt.Errorf("%s, and %d more rows hold such: wanted finite numbers", what, bad-1)
}

// reach counts the rows with a target that the candidate's head cannot give. Where
// these are most, the candidate is not trained.
func (c *candidate) reach(all ...*train.Data) (note string) {
	below, above, rows := 0, 0, 0
	for _, d := range all {
		y := floats(d.Y[0])
		width := len(y) / max(d.Rows(), 1)
		rows += d.Rows()
		for r := range d.Rows() {
			lo, hi := false, false
			for _, v := range y[r*width : (r+1)*width] {
				lo, hi = lo || float64(v) < c.min, hi || float64(v) > c.max
			}
			if lo {
				below++
			}
			if hi {
				above++
			}
		}
	}
	for _, side := range []struct {
		n    int
		text string
		end  float64
	}{{below, "below", c.min}, {above, "above", c.max}} {
		if side.n == 0 {
			continue
		}
		text := fmt.Sprintf("%d of %d rows have a target %s %g", side.n, rows, side.text, side.end)
		if 2*side.n > rows {
			c.Skipped = text
		}
		if note != "" {
			note += ", "
		}
		note += text
	}
	return note
}

// floats are a tensor's numbers as float32.
func floats(t *runtime.Tensor) []float32 {
	out := make([]float32, t.Len())
	switch t.DType() {
	case runtime.Int32:
		for i, v := range t.Int32s() {
			out[i] = float32(v)
		}
	case runtime.Int64:
		for i, v := range t.Int64s() {
			out[i] = float32(v)
		}
	case runtime.Float32:
		copy(out, t.Float32s())
	}
	return out
}
