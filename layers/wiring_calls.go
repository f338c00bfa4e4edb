package layers

import "github.com/kerasrun/kerasrun/runtime"

// Wired is a call of a layer in a model, as summaries show it.
type Wired struct {
	Layer  int   // which of Layers()
	Step   Step  // the call as a Result names it
	From   []End // the tensors that the layer is called on
	Shapes []runtime.Shape
}

// End names a tensor in a model: an output of a call of a layer.
type End struct {
	Layer  int // which of Layers()
	Call   int // counted from 0 for each layer, as they can run
	Output int
}

// Calls implements Model.
func (w *wiring) Calls() []Wired {
	count := make([]int, len(w.layers))
	number := make([]int, len(w.calls)) // of each call among those of its layer
	for k, c := range w.calls {
		number[k] = count[c.layer]
		count[c.layer]++
	}
	out := make([]Wired, len(w.calls))
	for k, c := range w.calls {
		out[k].Layer = c.layer
		out[k].Step = w.step(c)
		if len(w.shapes) == len(w.calls) {
			out[k].Shapes = w.shapes[k]
		}
		for _, s := range c.sources() {
			out[k].From = append(out[k].From, End{Layer: w.calls[s.call].layer, Call: number[s.call], Output: s.output})
		}
	}
	return out
}

// keepShapes remembers the shapes that building has found.
func (w *wiring) keepShapes(values [][]Tensor) {
	w.shapes = make([][]runtime.Shape, len(values))
	for k, results := range values {
		for _, t := range results {
			if t.Value != nil {
				w.shapes[k] = append(w.shapes[k], t.Shape)
			}
		}
	}
}
