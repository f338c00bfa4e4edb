package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/runtime"
)

// stepProgram is the compiled graph of one step: losses and metrics, and in
// training the gradients and the new values of moving averages.
type stepProgram struct {
	session   *runtime.Session
	reports   []report
	weighted  bool                      // takes sample weights
	gradients []gradient                // of the trainable weights
	places    []place                   // of the same: where among the outputs they stand
	updates   []newValue                // of weights: the last outputs
	fixed     []*runtime.Tensor         // outputs that are the same for any batch
	byRows    map[int][]*runtime.Tensor // all outputs, by the size of the batch
	outputs   []*runtime.Tensor         // of the last run
}

// newValue tells a weight to which the graph gives a value beside the optimizer.
type newValue struct {
	weight  int
	trained bool // the step's gradients are those of the new value
}

// report is a number of the history.
type report struct {
	name string
	metrics.Reading
	plain   bool // a mean over the batch that is averaged over batches, not rows
	squared bool // the mean weighs a batch by its rows squared, as Keras 2 does without reduction
}

// place says which outputs hold a gradient: one, or the rows and the indices of
// its slices.
type place struct{ first, slices int }

// newProgram builds and compiles the graph of a step.
func (t *trainer) newProgram(training bool) (*stepProgram, error) {
	g, err := lowered.Of(t.m, training)
	if err != nil {
		return nil, err
	}
	b := g.Builder
	b.Scope = "loss"
	p := &stepProgram{weighted: t.data.SampleWeight != nil}
	if !training {
		p.weighted = t.validation.SampleWeight != nil
	}
	targets := make([]*runtime.Value, len(g.Outputs))
	for i := range g.Outputs {
		y := t.data.Y[i]
		shape := append(runtime.Shape{runtime.Unknown}, y.Shape()[1:]...)
		targets[i] = b.Input(fmt.Sprintf("target %d", i), runtime.Type{DType: y.DType(), Shape: shape})
		if y.DType() != runtime.Float32 {
			targets[i] = b.Cast(targets[i], runtime.Float32)
		}
	}
	var weight *runtime.Value
	if p.weighted {
		weight = b.Input("sample weight", runtime.Type{DType: runtime.Float32, Shape: runtime.Shape{runtime.Unknown}})
	}
	total := t.losses(g.Outputs, targets, weight, b, p)
	used := slices.Clone(g.Parameters) // the step's weights: a layer may have given one a new value
	for i, w := range t.m.Weights() {
		if v := g.Trace.Updates[i]; v != nil && w.Trainable {
			used[i] = v
		}
		if w.Regularizer != nil && w.Trainable {
			total = b.Add(total, w.Regularizer.Loss(b, used[i]))
		}
	}
	for _, l := range g.Trace.Losses {
		total = b.Add(total, l)
	}
	p.reports[0].Value = b.Mean(total, nil, false)
	p.reports[0].squared = t.era == 2 && total.Rank() > 0
	total = b.Sum(total, nil, false) // of a loss without reduction, as TensorFlow's gradient has it
	outputs := make([]*runtime.Value, len(p.reports))
	for i, r := range p.reports {
		outputs[i] = r.Value
	}
	if training {
		outputs = t.gradients(b, total, used, outputs, p)
		for i, w := range t.m.Weights() {
			if v := g.Trace.Updates[i]; v != nil {
				p.updates = append(p.updates, newValue{i, w.Trainable})
				outputs = append(outputs, v)
			}
		}
	}
	graph, err := b.Graph(outputs...)
	if err != nil {
		return nil, err
	}
	program, err := runtime.Compile(graph, runtime.Options{Threads: t.Threads, Variables: t.vars})
	if err != nil {
		return nil, err
	}
	p.session = program.NewSession()
	p.byRows = map[int][]*runtime.Tensor{}
	p.fixed = make([]*runtime.Tensor, len(outputs))
	for i, v := range outputs {
		if v.Shape.Known() {
			if p.fixed[i], err = runtime.NewTensor(v.DType, v.Shape...); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// gradients appends the derivatives of the loss by each trainable weight to the
// outputs.
func (t *trainer) gradients(b *runtime.Builder, total *runtime.Value, parameters, outputs []*runtime.Value, p *stepProgram) []*runtime.Value {
	wrt := make([]*runtime.Value, len(t.trainable))
	for k, i := range t.trainable {
		wrt[k] = parameters[i]
	}
	grads := runtime.Gradient(b, []*runtime.Value{total}, []*runtime.Value{b.Scalar(1)}, wrt)
	for k, d := range grads {
		if d == nil {
			p.gradients, p.places = append(p.gradients, gradient{none: true}), append(p.places, place{})
			continue
		}
		rows, index := runtime.Scattered(d)
		p.places = append(p.places, place{len(outputs), len(rows)})
		g := gradient{}
		if rows == nil {
			outputs = append(outputs, d)
		} else {
			size := t.vars[t.trainable[k]].Len()
			g = gradient{dense: make([]float32, size), slices: make([]indexed, len(rows)), width: size / max(1, wrt[k].Shape[0])}
		}
		p.gradients = append(p.gradients, g)
		for i := range rows {
			outputs = append(outputs, rows[i], index[i])
		}
	}
	return outputs
}

// losses builds the total loss and what is reported beside it, in Keras' order:
// the losses of the outputs when there are several, then the metrics.
func (t *trainer) losses(outputs []layers.Tensor, targets []*runtime.Value, weight *runtime.Value, b *runtime.Builder, p *stepProgram) (total *runtime.Value) {
	p.reports = []report{{name: "loss", Reading: metrics.Reading{Mean: true}}}
	names := make([]string, len(outputs))
	for i, o := range t.m.Outputs() {
		if names[i] = o.Name + "_"; len(outputs) == 1 {
			names[i] = ""
		}
	}
	for i, o := range outputs {
		l := t.settings.Losses[i]
		if l == nil {
			continue
		}
		call := losses.NewCall(b, targets[i], o.Value, o.Logits, rulesOf(t.m.Origin()))
		samples := l.Samples(call)
		loss := reduce(l.Base(), b, samples, weight, both(b, o.Mask, call.Valid))
		if len(outputs) > 1 {
			// Keras 3 asks the loss of one output among several for its static
			// batch size, which TensorFlow does not know (trainers/compile_utils.py).
			p.reports = append(p.reports, report{names[i] + "loss", metrics.Reading{Value: b.Mean(loss, nil, false), Mean: true}, t.era == 3, false})
		}
		if w := t.settings.LossWeights; w != nil && w[i] != 1 {
			loss = b.Mul(loss, b.Scalar(float32(w[i])))
		}
		if total == nil {
			total = loss
		} else {
			total = b.Add(total, loss)
		}
	}
	taken := map[string]bool{}
	add := func(prefix string, m metrics.Metric, r metrics.Reading) {
		name := prefix + m.Base().Name
		if taken[name] {
			name = prefix + "weighted_" + m.Base().Name
		}
		taken[name] = true
		p.reports = append(p.reports, report{name, r, false, false})
	}
	for i, o := range outputs {
		for _, m := range at(t.settings.Metrics, i) {
			add(names[i], m, m.Read(metrics.NewCall(b, targets[i], o, nil, rulesOf(t.m.Origin()))))
		}
	}
	for i, o := range outputs {
		for _, m := range at(t.settings.WeightedMetrics, i) {
			add(names[i], m, m.Read(metrics.NewCall(b, targets[i], o, weight, rulesOf(t.m.Origin()))))
		}
	}
	return total
}

// both is where two masks hold, either of which may be nil.
func both(b *runtime.Builder, x, y *runtime.Value) *runtime.Value {
	switch {
	case x == nil:
		return y
	case y == nil || x.Rank() != y.Rank():
		return x
	}
	return b.And(x, y)
}

// at returns element i of a list that may be shorter.
func at(list [][]metrics.Metric, i int) []metrics.Metric {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// run computes a step's outputs.
func (p *stepProgram) run(ctx context.Context, b batch) error {
	if p.outputs = p.byRows[b.rows]; p.outputs == nil {
		p.outputs = append([]*runtime.Tensor{}, p.fixed...)
		p.byRows[b.rows] = p.outputs
	}
	if err := p.session.Run(ctx, b.in, p.outputs); err != nil {
		return err
	}
	for k, at := range p.places {
		g := &p.gradients[k]
		g.summed = false
		if at.slices == 0 && !g.none {
			g.dense = p.outputs[at.first].Float32s()
		}
		for i := range at.slices {
			g.slices[i] = indexed{p.outputs[at.first+2*i].Float32s(), p.outputs[at.first+2*i+1].Int32s()}
		}
	}
	return nil
}

// applyUpdates stores the new values of moving averages, and before the optimizer's
// step those of weights that it changes.
func (p *stepProgram) applyUpdates(vars []*runtime.Tensor, trained bool) {
	first := len(p.outputs) - len(p.updates)
	for k, u := range p.updates {
		if u.trained == trained {
			copy(vars[u.weight].Float32s(), p.outputs[first+k].Float32s())
		}
	}
}
