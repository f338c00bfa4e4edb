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
	return data.Split(c.ValidationSplit)
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
	e := train.NotFinite(what, t)
	switch {
	case e == nil:
		return nil
	case e.Rows == 1:
		return fmt.Errorf("%s: row %d, column %d is %v: wanted finite numbers", what, e.Row+1, e.Column+1, e.Value)
	}
	return fmt.Errorf("%s: row %d, column %d is %v, and %d more rows hold such: wanted finite numbers", what, e.Row+1, e.Column+1, e.Value, e.Rows-1)
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
