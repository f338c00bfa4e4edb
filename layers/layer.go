package layers

import (
	"github.com/kerasrun/kerasrun/runtime"
)

// Layer is one configured Keras layer. It is immutable once built.
type Layer interface {
	// Base returns the options that every layer has.
	Base() *Common

	// Build returns the layer's weights, in the order in which Keras lists them
	// in layer.weights, given the shapes of the tensors it is called on. It is
	// called once, before the first Call.
	Build(in []runtime.Shape) ([]Weight, error)

	// Call builds the layer's part of the graph.
	Call(c *Call, in []Tensor) ([]Tensor, error)
}

// Common holds the options that every layer has. Layers embed it.
type Common struct {
	Name      string `keras:"name"`
	Trainable bool   `keras:"trainable"`
	DType     Policy `keras:"dtype"`

	// ActivityRegularizer is a penalty on the output, divided by the batch size.
	ActivityRegularizer *Regularizer `keras:"activity_regularizer"`

	// SumsActivityPenalty asks for the penalty of Keras 3.0 to 3.13, which is not
	// divided. Package keras sets it.
	SumsActivityPenalty bool `keras:"sums_activity_penalty"`

	// ListsDropMasks asks for the masks of Keras 3.0 to 3.3: what is called on a list
	// of tensors passes no mask on. Package keras sets it.
	ListsDropMasks bool `keras:"lists_drop_masks"`

	// CastsInputs makes integers of the floats that the layer is called on, as Keras 3
	// does for a layer of an integer type. Package keras sets it.
	CastsInputs bool `keras:"casts_inputs"`

	Class    string // the name of the Python class, or that under which a custom layer was registered
	SharedID int    // not 0 for a layer that stands at several places: layers with the same one are one
}

// Base implements Layer.
func (c *Common) Base() *Common { return c }

// Build implements Layer for layers without weights that are called on one
// tensor.
func (c *Common) Build(in []runtime.Shape) ([]Weight, error) {
	return nil, WantInputs(len(in), 1, 1)
}

// Tensor is a value with what Keras attaches to its tensors.
type Tensor struct {
	*runtime.Value
	Mask   *runtime.Value // bool, (batch, time); nil when there is none
	Logits *runtime.Value // what the softmax or sigmoid that made the value was applied to
	Sizes  []Size         // of an integer that is a size, or a vector of them: which
}

// Size is a number, or the size of an axis of a tensor.
type Size struct {
	Of   *runtime.Value // nil for a number
	Axis int
	N    int
}

// Call is one use of a layer in a graph. It is a runtime.Builder with what the
// layer needs to know of the place where it is called.
type Call struct {
	*runtime.Builder
	Training bool

	given   arguments
	weights []*runtime.Value // in the order of Build
	names   []string         // theirs, behind prefix
	prefix  string
	found   int // the weight behind those that Inside last found
	first   int // index of weights[0] in the model
	trace   *Trace
	visible bool   // of a model whose layers' results are kept
	path    []Step // to it
}

// Trace collects what the calls of a model leave behind beside their outputs.
type Trace struct {
	Updates map[int]*runtime.Value // new values of weights, by index in the model: moving averages
	Losses  []*runtime.Value       // scalars that layers add to the loss
	Seeds   int                    // random generators handed out so far
	Results []Result               // of every layer, after KeepResults
	States  []*State               // of stateful layers, after KeepStates

	// Weights tells which weight of the model stands at each place where layers have
	// one; a layer that stands at several places has the same at each. nil is one
	// for each place.
	Weights []int

	narrow   bool                         // some integers are of less bits than the runtime's
	whole    map[*runtime.Value]wholeType // what integers are in Keras, where that is known
	numbers  map[*runtime.Value]bool      // bare numbers that were cast
	unmasked map[*runtime.Value]bool      // tensors whose masks layers have taken off
	memory   *runtime.Builder             // of the model, after KeepStates
	stateful map[any][]*State             // by layer
}

// NewCall starts the calls of a layer. weights are what its Build returned and
// values what they are in the graph; a Model needs no weights, as it knows the
// names of its layers' itself.
func NewCall(b *runtime.Builder, weights []Weight, values []*runtime.Value, training bool) (*Call, *Trace) {
	t := &Trace{Updates: map[int]*runtime.Value{}, whole: map[*runtime.Value]wholeType{}, numbers: map[*runtime.Value]bool{}}
	return &Call{Builder: b, weights: values, names: weightNames(weights), Training: training, trace: t}, t
}

// On returns the call with another builder: that of a loop's body.
func (c *Call) On(b *runtime.Builder) *Call {
	in := *c
	in.Builder = b
	return &in
}

// SideEffects counts what the model's calls have left behind so far: losses and
// updates of weights.
func (c *Call) SideEffects() int { return len(c.trace.Losses) + len(c.trace.Updates) }

// Unmask takes the mask off a tensor: calls that come after this one do not see it.
func (c *Call) Unmask(t Tensor) {
	if c.trace.unmasked == nil {
		c.trace.unmasked = map[*runtime.Value]bool{}
	}
	c.trace.unmasked[t.Value] = true
}

// AddLoss adds a scalar to the model's loss.
func (c *Call) AddLoss(v *runtime.Value) { c.trace.Losses = append(c.trace.Losses, v) }

// One wraps a single output, with no mask.
func One(v *runtime.Value) ([]Tensor, error) { return []Tensor{{Value: v}}, nil }

// Keep wraps a single output that carries the input's mask: the answer of
// layers that Keras calls mask-supporting.
func Keep(in Tensor, v *runtime.Value) ([]Tensor, error) {
	return []Tensor{{Value: v, Mask: in.Mask}}, nil
}
