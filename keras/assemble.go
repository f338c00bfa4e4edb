package keras

import (
	"context"
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/lambda"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all" // registers Keras' layers
	"github.com/kerasrun/kerasrun/runtime"
)

// FromConfig makes a model of a configuration, as model.to_json() of any Keras
// gives it, or config.json of a .keras holds it. Its weights are zero until
// LoadWeights.
func FromConfig(config []byte, opts ...LoadOption) (*Model, error) {
	l := newLoader("config", nil, 0, opts)
	if err := l.checkByName(); err != nil {
		return nil, err
	}
	var m *Model
	config, err := l.plainConfig(config)
	if err == nil {
		err = l.readBlocks()
	}
	if err == nil {
		m, err = l.assemble(&Origin{Format: FormatConfig, Config: config})
	}
	if err == nil {
		err = l.zero(m)
	}
	if err != nil {
		return nil, named(l.file, err)
	}
	return m, nil
}

// assemble makes a model without weights of the configuration in the origin.
func (l *loader) assemble(o *Origin) (*Model, error) {
	tree, err := l.parseConfig(o.Config)
	if err != nil {
		return nil, err
	}
	o.File = l.file
	o.blocks = append(o.blocks, l.blocks...)
	if compiled := tree["compile_config"]; compiled != nil && o.TrainingConfig == nil {
		if o.TrainingConfig, err = pyjson.Marshal(compiled); err != nil {
			return nil, err
		}
	}
	u := spelling.Upgrade(tree, o.spelling(), l.limits.spelling(), l.outputTypes)
	o.KerasVersion, o.Backend, o.Class, o.Era = u.Source.KerasVersion, u.Source.Backend, u.Source.Class, u.Source.Era
	if e := u.Exceeded; e != nil {
		return nil, &LimitError{Path: "config", Limit: e.Limit, Max: uint64(e.Max), Asked: uint64(e.Asked)}
	}
	if err := problems(u.Problems, true); err != nil {
		return nil, err
	}
	if err := checkCalls(u.Config, l.limits); err != nil {
		return nil, err
	}
	if u.Shares {
		spelling.Share(u.Config)
	}
	if err := spelling.Vocabularies(u.Config, o.Era, o.Assets, l.budget.hold); err != nil {
		return nil, err
	}
	d := &layers.Decoder{Collector: u.Collector}
	root := d.Layer(u.Config)
	if err := problems(d.Problems, false); err != nil {
		return nil, err
	}
	model, ok := root.(layers.Model)
	if !ok {
		return nil, &FormatError{What: "configuration", Wanted: "a Sequential or Functional model", Received: fmt.Sprintf("a layer %q", root.Base().Class)}
	}
	m := &Model{root: model, config: u.Config, origin: o}
	if err := m.build(l.ctx, l.limits); err != nil {
		return nil, err
	}
	return m, nil
}

// outputTypes tells the outputs of an upgraded model, none where it cannot be
// built.
func (l *loader) outputTypes(config spelling.Spec) []runtime.Type {
	if checkCalls(config, l.limits) != nil {
		return nil
	}
	d := &layers.Decoder{}
	root, ok := d.Layer(config).(layers.Model)
	if !ok || len(d.Problems) > 0 {
		return nil
	}
	m := &Model{root: root, origin: &Origin{}}
	if m.build(l.ctx, l.limits) != nil {
		return nil
	}
	types := make([]runtime.Type, len(m.outputs))
	for i, o := range m.outputs {
		types[i] = o.Type
	}
	return types
}

func (o *Origin) spelling() spelling.Source {
	return spelling.Source{KerasVersion: o.KerasVersion, Backend: o.Backend, Class: o.Class, Era: o.Era, Blocks: o.blocks}
}

func (l Limits) spelling() spelling.Limits {
	return spelling.Limits{Layers: l.Layers, Nodes: l.Nodes, JSONDepth: l.JSONDepth, Readings: lambda.MaxReadings}
}

// problems turns what was found into an error: a *FormatError with the first
// thing that is broken, else an *UnsupportedError with everything, else nil.
// fatalOnly leaves the merely unsupported for later.
func problems(found []layers.Problem, fatalOnly bool) error {
	for _, p := range found {
		if p.Fatal {
			return &FormatError{What: p.String()}
		}
	}
	if fatalOnly || len(found) == 0 {
		return nil
	}
	return &UnsupportedError{Problems: found}
}

// build gives the layers their input shapes and lists inputs, outputs and
// weights.
func (m *Model) build(ctx context.Context, limits Limits) error {
	in := m.root.Inputs()
	if len(in) == 0 {
		return &UnsupportedError{Problems: []layers.Problem{{What: "the model has no input shape: it was saved before it was built"}}}
	}
	shapes := make([]runtime.Shape, len(in))
	for i, l := range in {
		m.inputs = append(m.inputs, Port{Name: l.Base().Name, Type: l.Type()})
		shapes[i] = l.Type().Shape
	}
	weights, err := m.root.Build(shapes)
	if err != nil {
		return &FormatError{What: "the layers do not fit together", Err: err}
	}
	m.list(weights)
	if err := m.checkWeights(limits); err != nil {
		return err
	}
	lowered, err := m.lower(ctx, false, lowering{})
	if err != nil {
		return &FormatError{What: "the layers do not fit together", Err: err}
	}
	for i, rows := range lowered.Builder.Factors() {
		m.weights[i].factor = rows
	}
	if err := checkActivations(lowered, limits); err != nil {
		return err
	}
	names := m.root.OutputNames()
	for i, t := range lowered.Outputs {
		m.outputs = append(m.outputs, Port{Name: names[i], Type: t.Type})
	}
	return nil
}

// list numbers the weights, those of a layer that stands at several places once.
func (m *Model) list(all []layers.Weight) {
	m.places = all
	shared := map[string]int{}
	for _, w := range all {
		k, seen := shared[w.Shared]
		if w.Shared == "" || !seen {
			k = len(m.weights)
			m.weights = append(m.weights, Weight{Weight: w})
			shared[w.Shared] = k
		}
		m.slots = append(m.slots, k)
	}
}

// zero gives every weight that has no value the one that the configuration has for
// it, or zeros, within the limit: their
// sizes are those of the configuration alone.
func (l *loader) zero(m *Model) error {
	for i := range m.weights {
		w := &m.weights[i]
		if w.Value != nil {
			continue
		}
		if w.Given != nil {
			w.Value = w.Given
			continue
		}
		t := w.Type()
		n := int64(1)
		for _, d := range t.Shape {
			if d < 0 || d > 0 && n > l.limits.WeightBytes/int64(d) {
				return l.budget.take(w.Path, math.MaxInt64)
			}
			n *= int64(d)
		}
		if err := l.budget.take(w.Path, n*int64(t.DType.Size())); err != nil {
			return err
		}
		v, err := runtime.NewTensor(t.DType, t.Shape...)
		if err != nil {
			return err
		}
		w.Value = v
	}
	return nil
}
