package lab

import (
	"context"
	"math"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// probe computes, for rows of data and the weights of the moment, a model's answers,
// each row's loss, and its derivative by what stands before the final activation.
type probe struct {
	program *runtime.Program
	weights []*runtime.Tensor
}

func newProbe(m *keras.Model, loss losses.Loss, target runtime.Type) (*probe, error) {
	g, err := lowered.Of(m, false)
	if err != nil {
		return nil, err
	}
	b, out := g.Builder, g.Outputs[0]
	b.Scope = "loss"
	y := b.Input("target", runtime.Type{DType: target.DType, Shape: append(runtime.Shape{runtime.Unknown}, target.Shape[1:]...)})
	rules := losses.Keras3
	if m.Origin().Era < 3 {
		rules = losses.Keras2
	}
	samples := loss.Samples(losses.NewCall(b, b.Cast(y, runtime.Float32), out.Value, out.Logits, rules))
	before := runtime.Preactivation(out.Value)
	d := runtime.Gradient(b, []*runtime.Value{b.Sum(samples, nil, false)}, []*runtime.Value{b.Scalar(1)}, []*runtime.Value{before})[0]
	if d == nil { // the loss does not depend on the answer
		d = b.ZerosLike(before)
	}
	graph, err := b.Graph(out.Value, d, samples)
	if err != nil {
		return nil, err
	}
	p := &probe{}
	for _, w := range m.Weights() {
		p.weights = append(p.weights, w.Value.Clone())
	}
	p.program, err = runtime.Compile(graph, runtime.Options{Threads: 1, Variables: p.weights})
	return p, err
}

// load takes the weights of a model, which is the probe's but for their values.
func (p *probe) load(m *keras.Model) {
	for i, w := range m.Weights() {
		copy(p.weights[i].Bytes(), w.Value.Bytes())
	}
}

// probeRows is how many rows are asked at a time.
const probeRows = 256

// seen is what a probe found, row by row.
type seen struct {
	answers, gradients []float32
	losses             []float32 // several a row where targets have more than two axes
}

func (p *probe) run(ctx context.Context, d *train.Data) (*seen, error) {
	s := &seen{}
	for lo := 0; lo < d.Rows(); lo += probeRows {
		part := d.Slice(lo, min(lo+probeRows, d.Rows()))
		out := make([]*runtime.Tensor, 3)
		if err := p.program.Run(ctx, append(part.X, part.Y...), out); err != nil {
			return nil, err
		}
		s.answers = append(s.answers, floats(out[0])...)
		s.gradients = append(s.gradients, floats(out[1])...)
		s.losses = append(s.losses, floats(out[2])...)
	}
	return s, nil
}

// rowLosses is the mean loss of each row.
func (s *seen) rowLosses(rows int) []float64 {
	out := make([]float64, rows)
	for r := range out {
		part := row(s.losses, r, rows)
		for _, l := range part {
			out[r] += float64(l) / float64(len(part))
		}
	}
	return out
}

// gradientNorm is the root of the mean over rows of the squared norm of a row's
// gradient.
func gradientNorm(gradients []float32, rows int) float64 {
	sum := 0.0
	for _, g := range gradients {
		sum += float64(g) * float64(g)
	}
	return math.Sqrt(sum / float64(max(rows, 1)))
}

// dead is the share of rows that pass no gradient though their answer is off the
// target. Where targets are class numbers every answer counts as off.
func (s *seen) dead(d *train.Data) float64 {
	rows := d.Rows()
	y := floats(d.Y[0])
	n := 0
	for r := range rows {
		none := true
		for _, g := range row(s.gradients, r, rows) {
			none = none && g == 0
		}
		a, t := row(s.answers, r, rows), row(y, r, rows)
		off := len(a) != len(t)
		for k := 0; k < len(a) && !off; k++ {
			off = a[k] != t[k]
		}
		if none && off {
			n++
		}
	}
	return float64(n) / float64(rows)
}

func row(all []float32, r, rows int) []float32 {
	width := len(all) / rows
	return all[r*width : (r+1)*width]
}

// spanOf returns the smallest and largest answer, and the share of those that lie
// within a millionth of the targets' span, at least of float32's resolution there,
// from an end of the range.
func spanOf(answers []float32, lo, hi float64, targets []float32) (least, most, atBound float64) {
	least, most = inf, -inf
	from, to := inf, -inf
	for _, v := range targets {
		from, to = math.Min(from, float64(v)), math.Max(to, float64(v))
	}
	near := 1e-6 * math.Max(to-from, 1e-3)
	n := 0
	for _, a := range answers {
		v := float64(a)
		least, most = math.Min(least, v), math.Max(most, v)
		if v-lo <= near || hi-v <= near {
			n++
		}
	}
	return least, most, float64(n) / float64(max(len(answers), 1))
}
