package keras

import (
	"context"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// Program is a compiled model: weights packed, buffers planned. It is immutable
// and safe for any number of goroutines. A row's answer does not depend on the
// batch it came in, bit for bit, unless a TextVectorization without
// output_sequence_length fills all texts up to the longest of the batch, as Keras does.
// Layers with stateful=True start from zero at every call; a Session carries their
// states.
//
// A call takes working memory from those before it, and once warm allocates
// nothing but its results; PredictInto and RunInto do not allocate at all. Warm
// means that as many calls at a time, of the same sizes, have been made before.
// The memory stays with the program until Trim.
type Program struct {
	program *runtime.Program
	inputs  []Port
	outputs []Port
	sole    bool // one float32 input and one float32 output, with a known row each
	in, out int  // elements of a row, if sole
	memory  int  // bytes that one call may take
	idle    argumentPool
}

// Compile prepares the model for prediction.
func (m *Model) Compile(opts ...CompileOption) (*Program, error) {
	return m.CompileContext(context.Background(), opts...)
}

// CompileContext is Compile until ctx is done, whose error it returns then.
func (m *Model) CompileContext(ctx context.Context, opts ...CompileOption) (*Program, error) {
	p, _, err := m.compile(ctx, false, opts)
	return p, err
}

// compile prepares the model; with memory the program takes the states of stateful
// layers as its last inputs and gives the next ones as its last outputs, which are of
// these types.
func (m *Model) compile(ctx context.Context, memory bool, opts []CompileOption) (*Program, []runtime.Type, error) {
	c := compiler{options: runtime.Options{Memory: runtime.DefaultMemory()}}
	for _, o := range opts {
		o(&c)
	}
	l, err := m.lower(ctx, false, lowering{results: c.chosen, memory: memory})
	if err != nil {
		return nil, nil, err
	}
	p := &Program{inputs: m.Inputs(), outputs: m.Outputs(), memory: c.options.Memory}
	values := l.Values()
	if c.chosen {
		if p.outputs, values, err = choose(c.names, p.outputs, values, l.Trace.Results); err != nil {
			return nil, nil, err
		}
	}
	distinctNames(p.outputs)
	var states []runtime.Type
	for _, s := range l.Trace.States {
		states, values = append(states, s.Before.Type), append(values, s.After)
	}
	g, err := l.Builder.Graph(values...)
	if err != nil {
		return nil, nil, err
	}
	if c.chosen && !memory {
		kept := g.DropUnusedInputs()
		for i, k := range kept {
			p.inputs[i] = p.inputs[k]
		}
		p.inputs = p.inputs[:len(kept)]
	}
	if p.program, err = runtime.CompileContext(ctx, g, c.options); err != nil {
		return nil, nil, err
	}
	if len(p.inputs) == 1 && len(p.outputs) == 1 && p.inputs[0].DType == runtime.Float32 && p.outputs[0].DType == runtime.Float32 {
		in, inKnown := rowLen(p.inputs[0].Shape)
		out, outKnown := rowLen(p.outputs[0].Shape)
		p.sole, p.in, p.out = inKnown && outKnown, in, out
	}
	return p, states, nil
}

// distinctNames gives outputs that have the same name, as a layer with several
// outputs makes them, those of Keras 2: "lstm", "lstm_1", "lstm_2".
func distinctNames(ports []Port) {
	taken, next := map[string]bool{}, map[string]int{}
	for i := range ports {
		name := ports[i].Name
		for taken[ports[i].Name] {
			next[name]++
			ports[i].Name = fmt.Sprintf("%s_%d", name, next[name])
		}
		taken[ports[i].Name] = true
	}
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

// Inputs returns what a call must be given, in the order in which Keras lists
// the model's inputs.
func (p *Program) Inputs() []Port { return slices.Clone(p.inputs) }

// Outputs returns what a call gives, in the order in which Keras lists the
// model's outputs, or in that of the option Outputs. Their names differ: of
// outputs that Keras calls the same, the second is "name_1", as in Keras 2.
func (p *Program) Outputs() []Port { return slices.Clone(p.outputs) }

// Memory returns the bytes of weights and of the working memory of one call.
func (p *Program) Memory() (weights, scratch int) { return p.program.Memory() }

// KeepsRows reports whether every row of the outputs depends on the same row of the
// inputs alone, so that rows of several callers can be answered by one call. It
// does not hold for a model with a fixed batch, or that looks across its rows.
func (p *Program) KeepsRows() bool { return p.program.KeepsRows() }

// Cost returns what a call with inputs of these shapes, in the order of Inputs,
// would take. Its errors are those that the call would end in.
func (p *Program) Cost(ctx context.Context, shapes ...runtime.Shape) (runtime.Cost, error) {
	return p.program.Cost(ctx, shapes...)
}

// Trim gives back the working memory that no call is using. Running calls are not
// disturbed, and it may be called at any time; the next call is a cold one. A
// service calls it after a burst, or when it has been idle for a while.
func (p *Program) Trim() {
	p.program.Trim()
	p.idle.trim()
}

// Profile computes all outputs so many times and returns the best time of each
// operation, in the order in which they run.
func (p *Program) Profile(ctx context.Context, in []*runtime.Tensor, rounds int) ([]runtime.StepTime, error) {
	return p.program.Profile(ctx, in, rounds)
}
