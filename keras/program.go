package keras

import (
	"context"
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// Program is a compiled model: weights packed, buffers planned. It is immutable
// and safe for any number of goroutines, and a call allocates nothing once
// warm, results apart. A row's answer does not depend on the batch it came in,
// bit for bit.
type Program struct {
	program *runtime.Program
	inputs  []Port
	outputs []Port
	sole    bool // one float32 input and one float32 output, with a known row each
	in, out int  // elements of a row, if sole
	memory  int  // bytes that one call may take
}

// CompileOption changes how a model is compiled.
type CompileOption func(*compiler)

type compiler struct {
	options runtime.Options
}

// Threads bounds the goroutines of one call; the default is GOMAXPROCS.
func Threads(n int) CompileOption { return func(c *compiler) { c.options.Threads = n } }

// Memory bounds the bytes that one call may take for what it computes, its
// results included; the default is 64 GiB. A call that needs more ends in a
// *runtime.ShapeError.
func Memory(bytes int) CompileOption {
	return func(c *compiler) { c.options.Memory = max(bytes, 1) }
}

// Compile prepares the model for prediction.
func (m *Model) Compile(opts ...CompileOption) (*Program, error) {
	c := compiler{options: runtime.Options{Memory: 64 << 30}}
	for _, o := range opts {
		o(&c)
	}
	l, err := m.Lower(false)
	if err != nil {
		return nil, err
	}
	p := &Program{inputs: m.Inputs(), outputs: m.Outputs(), memory: c.options.Memory}
	values := make([]*runtime.Value, len(l.Outputs))
	for i, o := range l.Outputs {
		values[i] = o.Value
	}
	g, err := l.Builder.Graph(values...)
	if err != nil {
		return nil, err
	}
	if p.program, err = runtime.Compile(g, c.options); err != nil {
		return nil, err
	}
	if len(p.inputs) == 1 && len(p.outputs) == 1 && p.inputs[0].DType == runtime.Float32 && p.outputs[0].DType == runtime.Float32 {
		in, inKnown := rowLen(p.inputs[0].Shape)
		out, outKnown := rowLen(p.outputs[0].Shape)
		p.sole, p.in, p.out = inKnown && outKnown, in, out
	}
	return p, nil
}

// rowLen returns the elements of one row when all axes but the batch are known.
func rowLen(s runtime.Shape) (n int, known bool) {
	if len(s) == 0 || s[0] >= 0 {
		return 0, false
	}
	n = 1
	for _, d := range s[1:] {
		if d < 0 {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// Inputs returns the inputs in the order in which Keras lists them.
func (p *Program) Inputs() []Port { return p.inputs }

// Outputs returns the outputs in the order in which Keras lists them.
func (p *Program) Outputs() []Port { return p.outputs }

// Memory returns the bytes of weights and of the working memory of one call.
func (p *Program) Memory() (weights, scratch int) { return p.program.Memory() }

// Predict computes the outputs of rows of a model with one input and one
// output. x holds the rows one after the other, each row-major, and so does the
// result. It returns a *runtime.ShapeError when x is not a whole number of rows.
func (p *Program) Predict(x []float32) ([]float32, error) {
	rows, err := p.rows(x)
	if err != nil {
		return nil, err
	}
	if rows > p.memory/4/max(p.out, 1) {
		return nil, &runtime.ShapeError{What: "results", Wanted: fmt.Sprintf("at most %d bytes, by Memory", p.memory), Received: fmt.Sprintf("%d rows of %d numbers", rows, p.out)}
	}
	y := make([]float32, rows*p.out)
	return y, p.program.Rows(y, x, rows)
}

// PredictInto is Predict into dst, which must have the result's length. It does
// not allocate.
func (p *Program) PredictInto(dst, x []float32) error {
	rows, err := p.rows(x)
	if err != nil {
		return err
	}
	if len(dst) != rows*p.out {
		return &runtime.ShapeError{What: "dst", Wanted: fmt.Sprintf("%d numbers for %d rows", rows*p.out, rows), Received: fmt.Sprint(len(dst))}
	}
	return p.program.Rows(dst, x, rows)
}

func (p *Program) rows(x []float32) (int, error) {
	if !p.sole {
		return 0, &runtime.ShapeError{What: "Predict", Wanted: "a model with one float32 input and one float32 output of known row size; use Run", Received: ports(p.inputs) + " -> " + ports(p.outputs)}
	}
	if p.in == 0 || len(x)%p.in != 0 {
		return 0, &runtime.ShapeError{What: fmt.Sprintf("input %q", p.inputs[0].Name), Wanted: fmt.Sprintf("rows of %d numbers", p.in), Received: fmt.Sprintf("%d numbers", len(x))}
	}
	return len(x) / p.in, nil
}

func ports(ps []Port) string {
	var s []string
	for _, p := range ps {
		s = append(s, p.Name+" "+p.Type.String())
	}
	return strings.Join(s, ", ")
}

// Run computes all outputs from named inputs. The result's names are those of
// Outputs. It stops between operations when ctx is cancelled.
func (p *Program) Run(ctx context.Context, feed runtime.Feed) (runtime.Feed, error) {
	in := make([]*runtime.Tensor, len(p.inputs))
	for i, port := range p.inputs {
		t, ok := feed[port.Name]
		if !ok {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("input %q", port.Name), Wanted: port.Type.String(), Received: "nothing"}
		}
		in[i] = t
	}
	if len(feed) != len(p.inputs) {
		return nil, &runtime.ShapeError{What: "inputs", Wanted: ports(p.inputs), Received: fmt.Sprintf("%d tensors", len(feed))}
	}
	out, err := p.RunAll(ctx, in)
	if err != nil {
		return nil, err
	}
	named := make(runtime.Feed, len(out))
	for i, t := range out {
		named[p.outputs[i].Name] = t
	}
	return named, nil
}

// RunAll computes all outputs, in the order of Outputs, from the inputs in the
// order of Inputs.
func (p *Program) RunAll(ctx context.Context, in []*runtime.Tensor) ([]*runtime.Tensor, error) {
	out := make([]*runtime.Tensor, len(p.outputs))
	return out, p.program.Run(ctx, in, out)
}

// Profile computes all outputs so many times and returns the best time of each
// operation, in the order in which they run.
func (p *Program) Profile(ctx context.Context, in []*runtime.Tensor, rounds int) ([]runtime.StepTime, error) {
	return p.program.Profile(ctx, in, rounds)
}
