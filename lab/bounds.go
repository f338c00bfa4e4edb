package lab

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Range returns, for each output of a model, bounds that its answers never leave while
// its inputs lie in the given boxes, one for each input; runtime.Graph.Bounds says how.
// Nil stands for all finite numbers. What layers do that cannot be bounded is taken for
// anything, so that the bounds may be wide or infinite but are never wrong.
func Range(m *keras.Model, inputs []runtime.Box) ([]runtime.Box, error) {
	if inputs == nil {
		inputs = Between(m, -math.MaxFloat32, math.MaxFloat32)
	}
	g, err := lowered.Of(m, false)
	if err != nil {
		return nil, err
	}
	graph, err := g.Builder.Graph(g.Values()...)
	if err != nil {
		return nil, err
	}
	return graph.Bounds(inputs)
}

// Between is a box for each input of a model, with all elements between two numbers.
func Between(m *keras.Model, lo, hi float32) []runtime.Box {
	var boxes []runtime.Box
	for _, p := range m.Inputs() {
		boxes = append(boxes, runtime.BoxOf(p.Type, lo, hi))
	}
	return boxes
}

// Around is the smallest box for each input of a model that holds all rows: for each
// element of a row its smallest and largest value. Where sizes differ from row to row,
// and for inputs that are no float32, one bound holds for all elements.
func Around(m *keras.Model, rows []*runtime.Tensor) ([]runtime.Box, error) {
	if err := finiteRows(m, rows); err != nil {
		return nil, err
	}
	var boxes []runtime.Box
	for i, p := range m.Inputs() {
		x := rows[i]
		b := runtime.BoxOf(p.Type, -math.MaxFloat32, math.MaxFloat32)
		if x.DType() != runtime.Float32 || x.Len() == 0 {
			boxes = append(boxes, b)
			continue
		}
		width := x.Len() / x.Shape()[0]
		if len(p.Shape) != len(x.Shape()) {
			return nil, &runtime.ShapeError{What: "rows: input " + p.Name, Wanted: p.Type.String(), Received: x.Type().String()}
		}
		for a, d := range p.Shape[1:] {
			if d < 0 {
				width = 1
			} else if d != x.Shape()[a+1] {
				return nil, &runtime.ShapeError{What: "rows: input " + p.Name, Wanted: p.Type.String(), Received: x.Type().String()}
			}
		}
		b.Lo, b.Hi = make([]float32, width), make([]float32, width)
		for k := range width {
			b.Lo[k], b.Hi[k] = float32(math.Inf(1)), float32(math.Inf(-1))
		}
		if width > 1 {
			copy(b.Shape[1:], x.Shape()[1:])
		}
		for k, v := range x.Float32s() {
			k %= width
			b.Lo[k], b.Hi[k] = min(b.Lo[k], v), max(b.Hi[k], v)
		}
		boxes = append(boxes, b)
	}
	return boxes, nil
}

// Prove returns an error unless no answer of the model, whatever its finite inputs, is
// below a number.
func Prove(m *keras.Model, least float64) error {
	boxes, err := Range(m, nil)
	if err != nil {
		return err
	}
	for i, b := range boxes {
		for k, lo := range b.Lo {
			if !(float64(lo) >= least) {
				where := ""
				if len(b.Lo) > 1 {
					where = fmt.Sprintf(", element %d", k)
				}
				return fmt.Errorf("output %s%s: wanted proof that no answer is below %g, received a lower bound of %g", m.Outputs()[i].Name, where, least, lo)
			}
		}
	}
	return nil
}
