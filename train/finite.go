package train

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/runtime"
)

// NotFiniteError says that training left the finite numbers. What Fit returns
// beside it is as it was at the end of the epoch before.
type NotFiniteError struct {
	Epoch, Step int     // counted from 1
	Loss        float64 // of the step: NaN or infinite, or finite when the step's new weights are not
	Weight      string  // the first trained weight that is not finite, "dense_1.kernel"; "" when all are
	Layer       string  // the first whose values were not finite in a step whose loss was not; "" when all were
}

func (e *NotFiniteError) Error() string {
	kept := fmt.Sprintf("the weights of epoch %d are kept", e.Epoch-1)
	if e.Epoch == 1 {
		kept = "the weights are as they were before"
	}
	what := fmt.Sprintf("the loss became %v", e.Loss)
	if finite(e.Loss) {
		what = "weight " + e.Weight + " became NaN or infinite"
	} else if e.Weight != "" {
		what += ", and weight " + e.Weight + " is not finite"
	}
	if e.Layer != "" {
		what += "; the first values that are not finite are those of layer " + e.Layer
	}
	return fmt.Sprintf("training stopped in epoch %d, step %d: %s; %s", e.Epoch, e.Step, what, kept)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// snapshot is what training can go back to.
type snapshot struct {
	weights   [][]byte
	slots     [][]float32
	iteration int64
}

// keep stores the weights and the optimizer's state, in the memory of the
// snapshot before.
func (t *trainer) keep(s *snapshot) {
	if s.weights == nil {
		s.weights, s.slots = make([][]byte, len(t.vars)), make([][]float32, len(t.update.state.Slots))
	}
	for i, v := range t.vars {
		s.weights[i] = append(s.weights[i][:0], v.Bytes()...)
	}
	for i, slot := range t.update.state.Slots {
		s.slots[i] = append(s.slots[i][:0], slot.Data...)
	}
	s.iteration = t.update.state.Iteration
}

// restore goes back to a snapshot.
func (t *trainer) restore(s *snapshot) {
	for i, w := range s.weights {
		copy(t.vars[i].Bytes(), w)
	}
	for i, data := range s.slots {
		copy(t.update.state.Slots[i].Data, data)
	}
	t.update.state.Iteration = s.iteration
}

// notFinite names the first trained weight that holds a number that is not finite,
// "" when none does.
func (t *trainer) notFinite() string {
	for _, i := range t.trainable {
		if slices.ContainsFunc(t.vars[i].Float32s(), func(x float32) bool { return x-x != 0 }) {
			return constraintKey(t.m.Weights()[i])
		}
	}
	return ""
}

// firstNotFinite names the first layer, in the order of the model's calls, whose values
// are not finite in the step that was just taken; "" when there is none, or when the
// step cannot be taken again.
func (t *trainer) firstNotFinite(ctx context.Context, b batch) string {
	g, err := lowered.WithResults(t.m, true)
	if err != nil {
		return ""
	}
	var values []*runtime.Value
	var names []string
	for _, r := range g.Trace.Results {
		for _, x := range r.Tensors {
			if x.Value != nil && x.Value.DType == runtime.Float32 {
				values, names = append(values, x.Value), append(names, r.Name())
			}
		}
	}
	graph, err := g.Builder.Graph(values...)
	if err != nil {
		return ""
	}
	p, err := runtime.Compile(graph, runtime.Options{Threads: t.Threads, Variables: t.vars})
	if err != nil {
		return ""
	}
	session, out := p.NewSession(), make([]*runtime.Tensor, len(values))
	session.Seed(t.Seed + t.steps)
	if err := session.Run(ctx, b.in[:len(g.Inputs)], out); err != nil {
		return ""
	}
	for i, x := range out {
		if slices.ContainsFunc(x.Float32s(), func(v float32) bool { return v-v != 0 }) {
			return names[i]
		}
	}
	return ""
}
