package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	RegisterKeras("Sequential", func() Layer { return &Sequential{} })
}

// Sequential calls its layers one after the other
// (keras/src/models/sequential.py).
type Sequential struct {
	Common
	wiring
	inputShape runtime.Shape // from build_input_shape, of a model without an InputLayer
}

// Configure implements Configurer.
func (l *Sequential) Configure(d *Decoder, config map[string]any) {
	own := map[string]any{}
	var specs []any
	for k, v := range config {
		switch k {
		case "layers":
			var ok bool
			if specs, ok = v.([]any); !ok {
				d.Broken("layers must be a list, received %s", Brief(v))
			}
		case "build_input_shape":
			if shape, ok := Ints(v); ok && len(shape) > 0 {
				l.inputShape = shape
			}
		default:
			own[k] = v
		}
	}
	d.Struct(own, &l.Common)
	for _, spec := range specs {
		inner := d.Layer(spec)
		if inner == nil {
			continue
		}
		if _, isInput := inner.(*InputLayer); isInput && len(l.layers) > 0 {
			d.Broken("an InputLayer must come first, received %q after %q", inner.Base().Name, l.layers[0].Base().Name)
			continue
		}
		l.layers = append(l.layers, inner)
	}
	distinct(d, l.layers)
	l.wire()
	if !l.Trainable {
		freeze(l)
	}
}

// wire chains the calls. A model without an InputLayer gets one, so that both
// kinds are alike; Keras does the same when such a model is built.
func (l *Sequential) wire() {
	if len(l.layers) == 0 || !isInput(l.layers[0]) {
		in := &InputLayer{Common: Common{Name: l.Name + "_input", Class: "InputLayer"}, BatchShape: pointers(l.inputShape)}
		l.layers = append([]Layer{in}, l.layers...)
	}
	l.inputs = []int{0}
	for i := range l.layers {
		w := wire{layer: i, of: 1, kwargs: map[string]any{}}
		if i > 0 {
			w.args = []any{source{call: i - 1}}
		}
		l.calls = append(l.calls, w)
	}
	last := len(l.layers) - 1
	l.outputs = []source{{call: last}}
	l.names = []string{l.layers[last].Base().Name}
}

// Inputs implements Model.
func (l *Sequential) Inputs() []*InputLayer {
	in := l.wiring.Inputs()
	if len(in) == 1 && len(in[0].BatchShape) == 0 {
		return nil
	}
	return in
}

// Build implements Layer.
func (l *Sequential) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	t := l.wiring.Inputs()[0].Type()
	return l.build([]runtime.Type{{DType: t.DType, Shape: in[0]}})
}

// Call implements Layer. A call on a list of tensors hands the first layer the
// whole list only in Keras 1; there the upgrade makes a Functional of it.
func (l *Sequential) Call(c *Call, in []Tensor) ([]Tensor, error) { return l.call(c, in) }

func isInput(l Layer) bool {
	_, ok := l.(*InputLayer)
	return ok
}

func pointers(shape runtime.Shape) []*int {
	var out []*int
	for _, n := range shape {
		if n < 0 {
			out = append(out, nil)
		} else {
			out = append(out, &n)
		}
	}
	return out
}

// distinct reports layers of the same name, by which references and weights
// would be ambiguous.
func distinct(d *Decoder, layers []Layer) {
	seen := map[string]bool{}
	for _, l := range layers {
		if n := l.Base().Name; n != "" && seen[n] {
			d.Broken("layer names must differ, received %q twice", n)
		} else if n == "" {
			l.Base().Name = fmt.Sprintf("%s_%d", SnakeCase(l.Base().Class), len(seen))
		}
		seen[l.Base().Name] = true
	}
}
