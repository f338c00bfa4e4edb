package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// NormalizeOptions say what Normalize brings to mean 0 and variance 1.
type NormalizeOptions struct{ Inputs, Targets bool }

// Normalize returns the model with layers of Keras' Normalization around it, adapted to
// data: what stood between them works on numbers of mean 0 and variance 1, as if inputs
// and targets had been scaled before, and the model goes on to take and to answer with
// theirs. Where an output cannot be negative, its targets are divided by the root of
// their mean square alone, so that it stays so. What never varies is only shifted. Notes say
// which targets are none to normalize; the error is Data.Check's, or says what cannot be.
func Normalize(m *keras.Model, s *Settings, data Dataset, o NormalizeOptions) (normalized *keras.Model, notes []string, err error) {
	c := newChecker(m, s)
	if err := c.findReach(); err != nil {
		return nil, nil, err
	}
	inputs, outputs := make([]*moments, len(m.Inputs())), make([]*moments, len(m.Outputs()))
	for i, p := range m.Inputs() {
		if o.Inputs && p.DType == runtime.Float32 && len(p.Shape) > 1 {
			inputs[i] = new(moments)
		}
	}
	for i, p := range m.Outputs() {
		wanted, trained := c.targets(i)
		if !o.Targets || !trained {
			continue
		}
		if wanted.Required || !math.IsInf(wanted.Most, 1) {
			notes = append(notes, fmt.Sprintf("targets of %s stay as they are: %s has classes or shares for targets", p.Name, losses.Name(s.Losses[i])))
			continue
		}
		if !math.IsInf(float64(slices.Max(c.reach[i].Hi)), 1) {
			return nil, nil, fmt.Errorf("targets of %s: its answers end at %g, so that targets of another size need another head, or a head with a range", p.Name, slices.Max(c.reach[i].Hi))
		}
		outputs[i] = new(moments)
	}
	err = eachPiece(data, pieceRows, func(piece *Data) error {
		if err := piece.check(m); err != nil {
			return err
		}
		for i, x := range inputs {
			x.add(piece.X[i])
		}
		for i, y := range outputs {
			if y != nil && !piece.Y[i].Shape()[1:].Equal(m.Outputs()[i].Shape[1:]) && piece.Y[i].Len() != piece.Rows() {
				return &runtime.ShapeError{What: "targets of " + m.Outputs()[i].Name, Wanted: m.Outputs()[i].Shape[1:].String(), Received: piece.Y[i].Shape()[1:].String()}
			}
			y.add(piece.Y[i])
		}
		return c.add(piece)
	})
	if err == nil {
		err = c.err()
	}
	if err != nil {
		return nil, nil, err
	}
	x, y := make([]*keras.Moments, len(inputs)), make([]*keras.Moments, len(outputs))
	any := false
	for i, p := range inputs {
		x[i] = p.result(false)
		any = any || p != nil
	}
	for i, p := range outputs {
		y[i] = p.result(slices.Min(c.reach[i].Lo) >= 0)
		any = any || p != nil
	}
	if !any {
		return nil, nil, errors.New(strings.Join(append(notes, "wanted inputs or targets that are numbers, to normalize them"), "; "))
	}
	normalized, err = m.WithNormalization(x, y)
	return normalized, notes, err
}

// moments adds up the places on the last axis (Welford's method).
type moments struct {
	n          float64
	mean, sums []float64 // sums of squared distances from the mean
}

func (m *moments) add(t *runtime.Tensor) {
	if m == nil {
		return
	}
	width := 1
	if n := len(t.Shape()); n > 1 {
		width = t.Shape()[n-1]
	}
	if m.mean == nil {
		m.mean, m.sums = make([]float64, width), make([]float64, width)
	}
	for i := range t.Len() {
		k := i % width
		if k == 0 {
			m.n++
		}
		v := element(t, i)
		off := v - m.mean[k]
		m.mean[k] += off / m.n
		m.sums[k] += off * (v - m.mean[k])
	}
}

// result is what a Normalization holds; around 0 when the sign is to stay.
func (m *moments) result(aroundZero bool) *keras.Moments {
	if m == nil {
		return nil
	}
	out := &keras.Moments{Mean: slices.Clone(m.mean)}
	for k := range m.mean {
		variance := m.sums[k] / m.n
		if aroundZero {
			variance += m.mean[k] * m.mean[k]
			out.Mean[k] = 0
		}
		if float32(variance) < 1e-14 { // what Keras takes for no spread
			variance = 1
		}
		out.Variance = append(out.Variance, variance)
	}
	return out
}
