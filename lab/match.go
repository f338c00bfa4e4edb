package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Matched says how far a headed model's answers are from the old ones, on the rows
// and columns whose old answers the head can give: the root of the mean square.
type Matched struct {
	Used, Answers int     // how many were compared, of all in columns with a head
	Before, After float64 // with the old weights, with the new ones
}

// Match returns the model with a head and with another kernel and bias for its last
// Dense, such that on the given rows of inputs the answers are as near as can be, in
// the mean square, to those of m where these lie inside of the head's range. The
// weights start from what the head's inverse makes of the old answers, by least squares
// over what comes into the Dense, or from the old ones where these are nearer, and go on
// by the method of Levenberg and Marquardt. Directions in which the rows do not tell
// weights apart stay as they are. Columns without a head keep their weights.
func Match(ctx context.Context, m *keras.Model, o keras.HeadOptions, x []*runtime.Tensor) (*keras.Model, *Matched, error) {
	headed, err := m.WithHeads(o)
	if err != nil {
		return nil, nil, err
	}
	at := 0
	for i, p := range m.Outputs() {
		if p.Name == o.Output {
			at = i
		}
	}
	if err := finiteRows(m, x); err != nil {
		return nil, nil, err
	}
	d, err := lastDense(headed, at)
	if err != nil {
		return nil, nil, err
	}
	if err := d.ask(ctx, m, x, at); err != nil {
		return nil, nil, err
	}
	for k := range d.width {
		if h := curveOf(o, k); h != nil {
			if err := d.fit(ctx, h, k); err != nil {
				return nil, nil, err
			}
		}
	}
	matched, err := headed.WithWeights(d.weights)
	if err != nil {
		return nil, nil, err
	}
	r := &Matched{}
	for k := range d.width {
		if curveOf(o, k) != nil {
			r.Answers += d.rows
		}
	}
	if r.Before, r.Used, err = d.distance(ctx, headed, o, x, at); err != nil {
		return nil, nil, err
	}
	r.After, _, err = d.distance(ctx, matched, o, x, at)
	switch {
	case err != nil:
		return nil, nil, err
	case r.Used == 0:
		return nil, nil, errors.New("no row has an answer inside of the head's range: there is nothing to match")
	case !(r.After < r.Before):
		return headed, &Matched{r.Used, r.Answers, r.Before, r.Before}, nil
	}
	return matched, r, nil
}

func finiteRows(m *keras.Model, x []*runtime.Tensor) error {
	if len(x) != len(m.Inputs()) || len(x) == 0 || len(x[0].Shape()) == 0 || x[0].Shape()[0] == 0 {
		return &runtime.ShapeError{What: "rows", Wanted: fmt.Sprintf("%d inputs with rows", len(m.Inputs())), Received: fmt.Sprint(len(x))}
	}
	var problems []error
	for i, p := range m.Inputs() {
		problems = append(problems, notFinite("rows: input "+p.Name, x[i]))
	}
	return errors.Join(problems...)
}

// dense is the last Dense of a model with a head, and what is known of it on the rows.
type dense struct {
	features     *runtime.Program // what comes into it
	kernel, bias int              // among the weights; bias is -1 without one
	weights      []*runtime.Tensor
	width        int

	rows int
	in   matrix    // what comes in, by row, and a column of ones with a bias
	old  []float32 // answers of the model without the head
}

func lastDense(m *keras.Model, at int) (*dense, error) {
	g, err := lowered.Of(m, false)
	if err != nil {
		return nil, err
	}
	x, kernel, bias, ok := runtime.ProductOf(runtime.Preactivation(g.Outputs[at].Value))
	if !ok || x.Rank() != 2 {
		return nil, fmt.Errorf("output %s: only where a Dense with rows of numbers stands before the head can its answers be matched", m.Outputs()[at].Name)
	}
	graph, err := g.Builder.Graph(x)
	if err != nil {
		return nil, err
	}
	d := &dense{kernel: kernel, bias: bias}
	for i, w := range m.Weights() {
		d.weights = append(d.weights, w.Value)
		if i == kernel || i == bias {
			d.weights[i] = w.Value.Clone()
		}
	}
	d.width = d.weights[kernel].Shape()[1]
	d.features, err = runtime.Compile(graph, runtime.Options{})
	return d, err
}

// ask runs the rows through the model and through what stands before the Dense.
func (d *dense) ask(ctx context.Context, m *keras.Model, x []*runtime.Tensor, at int) error {
	out := make([]*runtime.Tensor, 1)
	if err := d.features.Run(ctx, x, out); err != nil {
		return err
	}
	d.rows = out[0].Shape()[0]
	n := out[0].Shape()[1]
	extra := 0
	if d.bias >= 0 {
		extra = 1
	}
	d.in = newMatrix(d.rows, n+extra)
	for r := range d.rows {
		for k, v := range out[0].Float32s()[r*n : (r+1)*n] {
			d.in.row(r)[k] = float64(v)
		}
		if extra == 1 {
			d.in.row(r)[n] = 1
		}
	}
	answers, err := answersOf(ctx, m, x, at)
	d.old = answers
	return err
}

func answersOf(ctx context.Context, m *keras.Model, x []*runtime.Tensor, at int) ([]float32, error) {
	p, err := m.Compile()
	if err != nil {
		return nil, err
	}
	out, err := p.RunAll(ctx, x)
	if err != nil {
		return nil, err
	}
	return floats(out[at]), nil
}

// distance is the root of the mean squared distance of a model's answers to the old
// ones, and over how many it is.
func (d *dense) distance(ctx context.Context, m *keras.Model, o keras.HeadOptions, x []*runtime.Tensor, at int) (float64, int, error) {
	answers, err := answersOf(ctx, m, x, at)
	if err != nil {
		return 0, 0, err
	}
	sum, n := 0.0, 0
	for k := range d.width {
		h := curveOf(o, k)
		for r := k; h != nil && r < len(answers); r += d.width {
			if y := float64(d.old[r]); h.gives(y) {
				sum += square(float64(answers[r]) - y)
				n++
			}
		}
	}
	return math.Sqrt(sum / float64(max(n, 1))), n, nil
}

// fit changes column k of kernel and bias.
func (d *dense) fit(ctx context.Context, h *curve, k int) error {
	var y []float64
	var used []int
	for r := range d.rows {
		if v := float64(d.old[r*d.width+k]); h.gives(v) {
			y, used = append(y, v), append(used, r)
		}
	}
	if len(used) == 0 {
		return nil
	}
	p := &fitting{in: newMatrix(len(used), d.in.columns), y: y, h: h}
	for i, r := range used {
		copy(p.in.row(i), d.in.row(r))
	}
	theta := d.column(k)
	best, err := p.minimize(ctx, theta)
	if err != nil {
		return err
	}
	if inverse := p.inverse(theta); inverse != nil {
		other, err := p.minimize(ctx, inverse)
		if err != nil {
			return err
		}
		if p.error(other) < p.error(best) {
			best = other
		}
	}
	d.setColumn(k, best)
	return nil
}

// column is column k of the kernel, and the bias behind it.
func (d *dense) column(k int) []float64 {
	var out []float64
	for i := k; i < d.weights[d.kernel].Len(); i += d.width {
		out = append(out, float64(d.weights[d.kernel].Float32s()[i]))
	}
	if d.bias >= 0 {
		out = append(out, float64(d.weights[d.bias].Float32s()[k]))
	}
	return slices.Clip(out)
}

func (d *dense) setColumn(k int, theta []float64) {
	for i := range d.weights[d.kernel].Len() / d.width {
		d.weights[d.kernel].Float32s()[i*d.width+k] = float32(theta[i])
	}
	if d.bias >= 0 {
		d.weights[d.bias].Float32s()[k] = float32(theta[len(theta)-1])
	}
}
