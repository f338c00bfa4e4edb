package layers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// Model is a layer made of layers: a Sequential or a Functional.
type Model interface {
	Layer
	Layers() []Layer       // in the order of the configuration
	Inputs() []*InputLayer // in the order in which they are fed; none when the model has not been given an input shape
	OutputNames() []string

	// Calls returns the calls of Layers(), each after those it depends on. The
	// model must have been built.
	Calls() []Wired

	// Owned returns which of the model's weights, from first to before end,
	// belong to Layers()[i]. The model must have been built.
	Owned(i int) (first, end int)
}

// wiring is what Functional and Sequential share: layers, and the calls of
// them in an order in which they can run.
type wiring struct {
	layers  []Layer
	calls   []wire
	inputs  []int // the calls of input layers, in the order in which they are fed
	outputs []source
	names   []string // of the outputs

	shapes  [][]runtime.Shape // of each call's results
	weights []Weight
	first   []int      // weights[first[i]:first[i+1]] are those of layers[i]
	owned   [][]string // the names by which layers[i] knows them
}

// wire is one call of a layer.
type wire struct {
	layer  int
	node   int   // which call of the layer it is, as the configuration numbers them
	of     int   // how many calls of the layer there are
	args   []any // with a source at each tensor's place
	kwargs map[string]any
}

// sources lists the tensors that the call needs.
func (k wire) sources() []source {
	return leaves(leaves[source](nil, any(k.args)), any(k.kwargs))
}

// Layers implements Model.
func (w *wiring) Layers() []Layer { return w.layers }

// Inputs implements Model.
func (w *wiring) Inputs() []*InputLayer {
	in := make([]*InputLayer, len(w.inputs))
	for i, k := range w.inputs {
		in[i] = w.layers[w.calls[k].layer].(*InputLayer)
	}
	return in
}

// Owned implements Model.
func (w *wiring) Owned(i int) (first, end int) { return w.first[i], w.first[i+1] }

// OutputNames implements Model. An output is called after the layer that
// computes it, or by its key in a dictionary of outputs.
func (w *wiring) OutputNames() []string { return w.names }

// build gives every layer the shapes that it is called on, by a rehearsal of
// all calls in which only shapes are known, and collects the weights.
func (w *wiring) build(in []runtime.Type) ([]Weight, error) {
	b := runtime.NewBuilder()
	tensors := make([]Tensor, len(in))
	for i, t := range in {
		tensors[i].Value = b.Input(fmt.Sprint("input_", i), t)
	}
	owned := make([][]Weight, len(w.layers))
	params := make([][]*runtime.Value, len(w.layers))
	built := make([]bool, len(w.layers))
	taken := make([]int, len(w.layers)) // inputs of the call that a layer was built for
	enter := func(k wire, in []Tensor) (*Call, error) {
		i := k.layer
		if built[i] {
			if err := WantInputs(len(in), taken[i], taken[i]); err != nil {
				return nil, err
			}
		} else {
			built[i], taken[i] = true, len(in)
			shapes := make([]runtime.Shape, len(in))
			for k, t := range in {
				shapes[k] = t.Shape
			}
			var err error
			if owned[i], err = w.layers[i].Build(shapes); err != nil {
				return nil, err
			}
			for _, o := range owned[i] {
				params[i] = append(params[i], b.ParameterOf(0, o.Type()))
			}
		}
		c, _ := NewCall(b, owned[i], params[i], false)
		return c, nil
	}
	values, err := w.values(b, tensors, enter)
	if err != nil {
		return nil, err
	}
	w.keepShapes(values)
	w.collect(owned)
	return w.weights, nil
}

// collect lists the weights in the order of the layers, under the paths that
// Keras 3 saves them by.
func (w *wiring) collect(owned [][]Weight) {
	w.first, w.weights, w.owned = make([]int, len(owned)+1), nil, make([][]string, len(owned))
	used := map[string]int{}
	for i, l := range w.layers {
		path := "layers/" + SavedName(l.Base().Class, used)
		w.owned[i] = weightNames(owned[i])
		for k, o := range owned[i] {
			if id := l.Base().SharedID; id != 0 {
				o.Shared = fmt.Sprintf("%d/%d", id, firstSuch(owned[i], k))
			}
			o.Path = strings.TrimSuffix(path+"/"+o.Path, "/")
			o.Layer = strings.TrimSuffix(l.Base().Name+"/"+o.Layer, "/")
			o.Trainable = o.Trainable && l.Base().Trainable
			w.weights = append(w.weights, o)
		}
		w.first[i+1] = len(w.weights)
	}
}

// firstSuch returns the first of a layer's weights that is one with weight k.
func firstSuch(owned []Weight, k int) int {
	if owned[k].Shared == "" {
		return k
	}
	return slices.IndexFunc(owned, func(w Weight) bool { return w.Shared == owned[k].Shared })
}

// call builds the whole part of the graph.
func (w *wiring) call(c *Call, in []Tensor) ([]Tensor, error) {
	if len(w.first) != len(w.layers)+1 {
		return nil, errors.New("called before it was built")
	}
	values, err := w.values(c.Builder, in, func(k wire, _ []Tensor) (*Call, error) { return w.inner(c, k), nil })
	if err != nil {
		return nil, err
	}
	w.record(c, values)
	out := make([]Tensor, len(w.outputs))
	for i, s := range w.outputs {
		out[i] = values[s.call][s.output]
	}
	return out, nil
}

// values makes all calls and returns the results of each. enter prepares a call
// of a layer on its inputs.
func (w *wiring) values(b *runtime.Builder, in []Tensor, enter func(k wire, in []Tensor) (*Call, error)) ([][]Tensor, error) {
	if err := WantInputs(len(in), len(w.inputs), len(w.inputs)); err != nil {
		return nil, err
	}
	outer := b.Scope
	defer func() { b.Scope = outer }()
	values := make([][]Tensor, len(w.calls))
	for i, k := range w.inputs {
		values[k] = in[i : i+1 : i+1]
	}
	for k, wire := range w.calls {
		if values[k] != nil {
			continue
		}
		l := w.layers[wire.layer]
		b.Scope = strings.TrimPrefix(outer+"/"+l.Base().Name, "/")
		out, err := w.one(b, wire, values, enter)
		if err == nil {
			err = b.Err()
		}
		if err != nil {
			return nil, located(b.Scope, err)
		}
		values[k] = out
	}
	for _, s := range w.outputs {
		if s.output >= len(values[s.call]) {
			return nil, w.missing(s, len(values[s.call]))
		}
	}
	return values, nil
}

func (w *wiring) one(b *runtime.Builder, k wire, values [][]Tensor, enter func(wire, []Tensor) (*Call, error)) ([]Tensor, error) {
	for _, s := range k.sources() {
		if s.output >= len(values[s.call]) {
			return nil, w.missing(s, len(values[s.call]))
		}
	}
	given := arguments{positional: fill(any(k.args), values).([]any), keyword: fill(any(k.kwargs), values).(map[string]any)}
	l := w.layers[k.layer]
	given.placeMask(l)
	in, several, err := inputs(b, l, &given)
	if err != nil {
		return nil, err
	}
	c, err := enter(k, in)
	if err != nil {
		return nil, err
	}
	c.given = given
	if l.Base().CastsInputs {
		castInputs(b, in)
	}
	if training, ok := given.keyword["training"].(bool); ok {
		c.Training = training
	}
	if err := settleMasks(c, l, in, several); err != nil {
		return nil, err
	}
	out, err := l.Call(c, in)
	if err == nil {
		err = c.given.unread()
	}
	if err == nil && l.Base().ListsDropMasks && len(given.positional) > 0 && isList(given.positional[0]) {
		for i := range out {
			out[i].Mask = nil
		}
	}
	if err == nil && c.Training {
		penalise(c, l, out)
	}
	return out, err
}

// castInputs cuts the fractions off floats (keras/src/layers/layer.py, __call__,
// maybe_convert). They stay floats here.
func castInputs(b *runtime.Builder, in []Tensor) {
	for i := range in {
		if in[i].Value.DType == runtime.Float32 {
			in[i].Value = b.Cast(b.Cast(in[i].Value, runtime.Int32), runtime.Float32)
		}
	}
}

// inputs lists the tensors that a layer is called on, and whether they come in
// several arguments.
func inputs(b *runtime.Builder, l Layer, given *arguments) (in []Tensor, several bool, err error) {
	holding := 0
	if _, raw := l.(RawArguments); raw {
		in = Tensors(given.positional)
	} else if in, holding, err = given.tensors(b); err != nil {
		return nil, false, err
	}
	for _, v := range given.keyword {
		if holdsTensor(v) {
			holding++
		}
	}
	if n, ok := l.(TensorNamer); ok {
		for _, name := range n.TensorNames() {
			given.asked = append(given.asked, name)
			if t, ok, err := asTensor(b, given.keyword[name]); err != nil {
				return nil, false, err
			} else if ok {
				in = append(in, t)
			}
		}
	}
	return in, holding > 1, nil
}

// settleMasks gives the inputs the masks that the layer sees: those of the argument
// mask, or those that the tensors carry.
func settleMasks(c *Call, l Layer, in []Tensor, several bool) error {
	keeper, ok := l.(MaskKeeper)
	hidden := several && !(ok && keeper.KeepsMasks())
	for i := range in {
		if hidden || c.trace.unmasked[in[i].Value] {
			in[i].Mask = nil
		}
	}
	given := c.given.keyword["mask"]
	if given == nil || len(in) == 0 {
		return nil
	}
	set := func(i int, v any) error {
		in[i].Mask = nil
		if v == nil {
			return nil
		}
		m, ok, err := asTensor(c.Builder, v)
		if err == nil && !ok {
			err = fmt.Errorf("argument mask: wanted a tensor, received %s", Brief(v))
		}
		if err == nil {
			in[i].Mask = c.Cast(m.Value, runtime.Bool)
		}
		return err
	}
	list, isList := given.([]any)
	if !isList || len(in) == 1 && (isConstant(given, maxRank) || len(list) != 1) {
		return set(0, given)
	}
	for i, v := range list[:min(len(list), len(in))] {
		if err := set(i, v); err != nil {
			return err
		}
	}
	return nil
}

func (w *wiring) missing(s source, n int) error {
	return &runtime.ShapeError{What: fmt.Sprintf("output %d of layer %q", s.output, w.layers[w.calls[s.call].layer].Base().Name),
		Wanted: fmt.Sprintf("one of its %d outputs", n), Received: "no such output"}
}

// penalise adds the activity regularizer's loss, which is divided by the batch
// size, a mean over rows, unless an old Keras is asked for.
func penalise(c *Call, l Layer, out []Tensor) {
	r := l.Base().ActivityRegularizer
	if r == nil {
		return
	}
	for _, t := range out {
		if t.Rank() == 0 || l.Base().SumsActivityPenalty {
			c.AddLoss(r.Loss(c.Builder, t.Value))
			continue
		}
		var penalty *runtime.Value
		add := func(v *runtime.Value, weight float64) {
			v = c.Mul(c.Sum(c.Mean(v, []int{0}, false), nil, false), c.Scalar(float32(weight)))
			if penalty != nil {
				v = c.Add(penalty, v)
			}
			penalty = v
		}
		if r.L1 != 0 {
			add(c.Abs(t.Value), r.L1)
		}
		if r.L2 != 0 {
			add(c.Square(t.Value), r.L2)
		}
		if penalty != nil {
			c.AddLoss(penalty)
		}
	}
}

// located names the layer in which a ShapeError happened.
func located(scope string, err error) error {
	var e *runtime.ShapeError
	if errors.As(err, &e) {
		if e.Where == "" {
			c := *e
			c.Where = fmt.Sprintf("layer %q", scope)
			return &c
		}
		return err
	}
	return fmt.Errorf("layer %q: %w", scope, err)
}

// freeze makes a layer and those inside it untrainable.
func freeze(l Layer) {
	if l == nil {
		return
	}
	l.Base().Trainable = false
	if m, ok := l.(Model); ok {
		for _, inner := range m.Layers() {
			freeze(inner)
		}
	}
}

var (
	wordStart = regexp.MustCompile(`(.)([A-Z][a-z]+)`)
	caseBreak = regexp.MustCompile(`([a-z])([A-Z])`)
	notWord   = regexp.MustCompile(`\W+`)
)

// SnakeCase spells a class name as Keras does in paths and default names
// (keras/src/utils/naming.py): PReLU becomes p_re_lu.
func SnakeCase(class string) string {
	s := notWord.ReplaceAllString(class, "")
	s = wordStart.ReplaceAllString(s, "${1}_$2")
	return strings.ToLower(caseBreak.ReplaceAllString(s, "${1}_$2"))
}
