package keras

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// Head is a function that keeps a network's output from going negative, put in
// the place of its final activation.
type Head string

// The heads. Doc tells them apart.
const (
	ReLU        Head = "relu"
	Softplus    Head = "softplus"
	Sigmoid     Head = "sigmoid"
	ShiftedTanh Head = "shifted_tanh"
	Exp         Head = "exp"
	Square      Head = "square"
	Abs         Head = "abs"
	SoftAbs     Head = "softabs"
)

// HeadDoc describes a head: what it computes and what that means for training.
type HeadDoc struct {
	Head     Head
	Formula  string
	Range    string
	Min, Max float64 // of the range, ends that are only approached included
	AtZero   string  // derivative at 0
	FarBelow string  // derivative far below 0
	When     string
}

var inf = math.Inf(1)

// headDocs describes all heads, in the order in which they are listed.
var headDocs = []HeadDoc{
	{ReLU, "max(x, 0)", "[0, ∞)", 0, inf, "0", "0", "exact zeros are wanted; a unit that goes negative for all rows stops learning"},
	{Softplus, "log(1 + e^x)", "(0, ∞)", 0, inf, "1/2", "e^x, towards 0", "the safe default for positive targets of any size; nearly x when large"},
	{Sigmoid, "1 / (1 + e^-x)", "(0, 1)", 0, 1, "1/4", "e^x, towards 0", "targets are probabilities or shares"},
	{ShiftedTanh, "(tanh(x) + 1) / 2", "(0, 1)", 0, 1, "1/2", "2e^2x, towards 0", "a trained tanh is kept and its range moved; equals sigmoid(2x)"},
	{Exp, "e^x", "(0, ∞)", 0, inf, "1", "e^x, towards 0", "targets span orders of magnitude, as for a log link; large x explode"},
	{Square, "x²", "[0, ∞)", 0, inf, "0", "2x, growing", "zero is common and large errors may be punished; the sign of x is lost"},
	{Abs, "|x|", "[0, ∞)", 0, inf, "0", "-1", "never flat: learns from anywhere; the sign of x is lost, a kink at 0"},
	{SoftAbs, "x²/2 for |x| < 1, else |x| - 1/2", "[0, ∞)", 0, inf, "0", "-1", "abs without the kink: smooth at 0, a straight line far out"},
}

// Heads describes all heads.
func Heads() []HeadDoc { return slices.Clone(headDocs) }

// HeadNamed finds a head by its name.
func HeadNamed(name string) (Head, error) {
	var names []string
	for _, d := range headDocs {
		if string(d.Head) == name {
			return d.Head, nil
		}
		names = append(names, string(d.Head))
	}
	return "", fmt.Errorf("head must be one of %s, received %q", strings.Join(names, ", "), name)
}

// WithHead returns the model with its final activation replaced; the weights
// stay. Stock Keras of the file's era opens the result: a head that Keras has no
// activation for is written with stock layers. The error is a
// *NoActivationError when the last layer has no activation; AppendHead puts the
// head behind it.
func (m *Model) WithHead(h Head) (*Model, error) { return m.head(h, false) }

// AppendHead is WithHead that puts the head behind the last layer where that has
// no activation.
func (m *Model) AppendHead(h Head) (*Model, error) { return m.head(h, true) }

func (m *Model) head(h Head, appended bool) (*Model, error) {
	if _, err := HeadNamed(string(h)); err != nil {
		return nil, err
	}
	if len(m.outputs) != 1 {
		return nil, fmt.Errorf("a head needs a model with one output, received one with %d", len(m.outputs))
	}
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	w := &headWriter{editor: e, head: h, shape: m.outputs[0].Shape, dtype: "float32"}
	if err := w.write(appended); err != nil {
		return nil, fmt.Errorf("%s: %w", m.origin.File, err)
	}
	return e.finish()
}

// activationLayers are layers that are nothing but an activation.
var activationLayers = []string{"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU"}

// write changes the last layer, or what stands behind it.
func (w *headWriter) write(appended bool) error {
	list, set := w.layers(w.root)
	at, err := w.last(list)
	if err != nil {
		return err
	}
	layer := list[at].(map[string]any)
	class, config, _ := layers.ClassAndConfig(layer)
	name, _ := config["name"].(string)
	if n, ok := layer["inbound_nodes"].([]any); ok && len(n) > 1 {
		return fmt.Errorf("the last layer, %q, is used %d times: a head would change all of them", name, len(n))
	}
	activation, has := config["activation"]
	simple, _ := activation.(string)
	switch {
	case slices.Contains(activationLayers, class) || w.isHead(class, config):
		// The layer gives way to the head, under its own name and wiring.
		list[at] = w.layer(name, layer["inbound_nodes"])
	case has && activation != nil && simple != "linear" || appended:
		if has {
			config["activation"] = "linear"
		}
		head := w.layer(w.freeName(list), w.inbound(name))
		set(append(list, head))
		w.setOutput(headName(head))
	default:
		return &NoActivationError{Layer: name, Class: class}
	}
	return nil
}

// isHead recognises a head that was written before.
func (w *headWriter) isHead(class string, config map[string]any) bool {
	if class != "Functional" {
		return false
	}
	ok := true
	inner, _ := w.layers(map[string]any{"config": config})
	for _, l := range inner {
		c, _, isLayer := layers.ClassAndConfig(l)
		ok = ok && isLayer && slices.Contains([]string{"InputLayer", "Rescaling", "ReLU", "Activation", "Multiply", "Maximum", "Add", "Subtract"}, c)
	}
	return ok && len(inner) > 0
}

// last finds the layer that makes the output.
func (w *headWriter) last(list []any) (int, error) {
	name := ""
	if config, ok := w.root["config"].(map[string]any); ok {
		if out, isFunctional := config["output_layers"].([]any); isFunctional && len(out) > 0 {
			if flat, isName := out[0].(string); isName {
				name = flat
			} else if inner, isList := out[0].([]any); isList && len(inner) > 0 {
				name, _ = inner[0].(string)
			}
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		layer, _ := list[i].(map[string]any)
		config, ok := layer["config"].(map[string]any)
		if ok && (name == "" || config["name"] == name || layer["name"] == name) {
			return i, nil
		}
	}
	return 0, &FormatError{What: "configuration", Wanted: "a last layer", Received: fmt.Sprintf("%d layers", len(list))}
}

// setOutput makes a Functional's output that of the named layer.
func (w *headWriter) setOutput(name string) {
	config, _ := w.root["config"].(map[string]any)
	if out, ok := config["output_layers"].([]any); ok && len(out) > 0 {
		if _, flat := out[0].(string); flat {
			config["output_layers"] = []any{name, 0, 0}
		} else {
			config["output_layers"] = []any{[]any{name, 0, 0}}
		}
	}
}

// freeName returns a name for the head that no layer has.
func (w *headWriter) freeName(list []any) string {
	taken := map[string]bool{}
	for _, l := range list {
		layer, _ := l.(map[string]any)
		config, _ := layer["config"].(map[string]any)
		if n, ok := config["name"].(string); ok {
			taken[n] = true
		}
	}
	name := string(w.head)
	for i := 1; taken[name]; i++ {
		name = fmt.Sprintf("%s_%d", w.head, i)
	}
	return name
}

func headName(layer map[string]any) string {
	config, _ := layer["config"].(map[string]any)
	name, _ := config["name"].(string)
	return name
}
