package page

import (
	"sync"

	"github.com/kerasrun/kerasrun/keras"
)

// head is a function that keeps a model's answers from going negative.
type head struct {
	Name     string   `json:"name"`
	Formula  string   `json:"formula"`
	Range    string   `json:"range"`
	AtZero   string   `json:"at_zero"`
	FarBelow string   `json:"far_below"`
	When     string   `json:"when"`
	X        []number `json:"x"`
	Y        []number `json:"y"`
}

// headsOf lists the heads that can be put on a model, and the activation layer or
// none that they take the place of; none is why there are none.
func headsOf(m *keras.Model) (heads []head, appended bool, none string) {
	if _, err := m.WithHead(keras.ReLU); err != nil {
		appended = true
		if _, err = m.AppendHead(keras.ReLU); err != nil {
			return []head{}, false, err.Error()
		}
	}
	return curves(), appended, ""
}

// curves computes each head by a model that is nothing but it.
var curves = sync.OnceValue(func() []head {
	const config = `{"class_name": "Sequential", "config": {"name": "head", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 1], "dtype": "float32"}},
		{"class_name": "Activation", "config": {"name": "y", "activation": "linear"}}]}}`
	x := make([]float32, 61)
	for i := range x {
		x[i] = -3 + float32(i)/10
	}
	all := []head{}
	for _, d := range keras.Heads() {
		h := head{Name: string(d.Head), Formula: d.Formula, Range: d.Range, AtZero: d.AtZero, FarBelow: d.FarBelow, When: d.When, X: numbers(x)}
		if m, err := keras.FromConfig([]byte(config)); err == nil {
			if m, err = m.WithHead(d.Head); err == nil {
				h.Y = numbers(answers(m, x))
			}
		}
		all = append(all, h)
	}
	return all
})

// answers predicts, or returns nothing where that cannot be.
func answers(m *keras.Model, x []float32) []float32 {
	p, err := m.Compile(keras.Threads(1))
	if err != nil {
		return nil
	}
	y, err := p.Predict(x)
	if err != nil {
		return nil
	}
	return y
}

func numbers(x []float32) []number {
	out := make([]number, len(x))
	for i, v := range x {
		out[i] = number(v)
	}
	return out
}
