package keras

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
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

// HeadOptions say which heads a model gets and where. Either Head or Columns is set.
type HeadOptions struct {
	Head    Head         // of all elements of the output's last axis
	Columns map[int]Head // of single ones of them, counted from 0; the others stay linear

	// Output names the output that gets the head; it may be empty when there is one.
	Output string

	// Range moves the answers from [0, 1] or [0, ∞) to [Range[0], Range[1]]: sigmoid and
	// shifted_tanh are scaled, relu is cut at the upper end, all others need +Inf there
	// and are shifted. The zero value leaves them as they are.
	Range [2]float64

	// Beta sharpens softplus to log(1 + e^(Beta·x))/Beta; 0 is 1.
	Beta float64

	Append bool // put the head behind the last layer where that has no activation
}

// WithHead returns the model with its final activation replaced; the weights
// stay. Stock Keras of the file's era opens the result: a head that Keras has no
// activation for is written with stock layers. The error is a
// *NoActivationError when the last layer has no activation; AppendHead puts the
// head behind it.
func (m *Model) WithHead(h Head) (*Model, error) { return m.WithHeads(HeadOptions{Head: h}) }

// AppendHead is WithHead that puts the head behind the last layer where that has
// no activation.
func (m *Model) AppendHead(h Head) (*Model, error) {
	return m.WithHeads(HeadOptions{Head: h, Append: true})
}

// WithHeads is WithHead with options. A head that is put behind a layer has a name of
// its own, which is the output's then; what the file was compiled with goes on to mean
// that output. On one output of several a head can change the order in which Keras
// keeps the weights; the optimizer's state is left out then, as Origin.Notes says.
func (m *Model) WithHeads(o HeadOptions) (*Model, error) {
	at, err := m.headOutput(o.Output)
	if err != nil {
		return nil, err
	}
	if err := o.check(m.outputs[at].Shape); err != nil {
		return nil, err
	}
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	w := &headWriter{editor: e, HeadOptions: o, at: at, shape: m.outputs[at].Shape, dtype: "float32"}
	if err := w.write(); err != nil {
		return nil, fmt.Errorf("%s: %w", m.origin.File, err)
	}
	return w.done(m)
}

// done makes the model of the changed configuration; what the file was compiled with
// goes on to mean its outputs.
func (w *headWriter) done(m *Model) (*Model, error) {
	headed, err := w.finish()
	if err != nil {
		return nil, err
	}
	if len(headed.origin.Optimizer) > 0 && headed.reordered(m) {
		headed = headed.WithTraining(headed.origin.TrainingConfig, nil)
		headed.origin.Notes = append(slices.Clone(headed.origin.Notes), "the optimizer's state is left out: with other layers, Keras has the weights in another order")
	}
	for i := range headed.outputs {
		from, to := m.outputs[i].Name, headed.outputs[i].Name
		if from == to || len(headed.origin.TrainingConfig) == 0 {
			continue
		}
		config, err := renameOutput(headed.origin.TrainingConfig, from, to)
		if err != nil {
			return nil, err
		}
		headed = headed.WithTraining(config, headed.origin.Optimizer)
	}
	return headed, nil
}

// reordered reports whether the weights stand in another order than in a model of the
// same ones.
func (m *Model) reordered(before *Model) bool {
	return !slices.EqualFunc(m.weights, before.weights, func(a, b Weight) bool { return a.Layer == b.Layer && a.Name == b.Name })
}

// headOutput finds the output that gets a head.
func (m *Model) headOutput(name string) (int, error) {
	var names []string
	for i, p := range m.outputs {
		if p.Name == name || name == "" && len(m.outputs) == 1 {
			return i, nil
		}
		names = append(names, p.Name)
	}
	if name == "" {
		return 0, fmt.Errorf("a head needs the name of one of the outputs: %s", strings.Join(names, ", "))
	}
	return 0, &NameError{What: "output", Name: name, Near: near(name, names)}
}

// check compares the options with each other and with the output's shape.
func (o *HeadOptions) check(shape runtime.Shape) error {
	all := []Head{o.Head}
	if o.Columns != nil {
		if all = nil; o.Head != "" || len(o.Columns) == 0 {
			return fmt.Errorf("wanted a head, or heads of columns, received %d columns and head %q", len(o.Columns), o.Head)
		}
		width := -1
		if len(shape) > 1 {
			width = shape[len(shape)-1]
		}
		for _, k := range slices.Sorted(maps.Keys(o.Columns)) {
			if k < 0 || k >= width {
				return fmt.Errorf("a head for column %d needs an output with that many, received one of shape %v", k, shape)
			}
			all = append(all, o.Columns[k])
		}
	}
	if !(o.Beta >= 0) || math.IsInf(o.Beta, 0) {
		return fmt.Errorf("beta must be above 0, received %g", o.Beta)
	}
	for _, h := range all {
		if _, err := HeadNamed(string(h)); err != nil {
			return err
		}
		if o.Beta != 0 && h != Softplus {
			return fmt.Errorf("beta is an option of softplus, received head %s", h)
		}
		if err := o.checkRange(h); err != nil {
			return err
		}
	}
	return nil
}

func (o *HeadOptions) checkRange(h Head) error {
	lo, hi := float32(o.Range[0]), float32(o.Range[1])
	switch {
	case o.Range == [2]float64{}:
	case !(lo < hi) || lo-lo != 0:
		return fmt.Errorf("range must have a finite lower end below its upper one, received %g:%g", o.Range[0], o.Range[1])
	case hi-hi != 0 && h.bounded():
		return fmt.Errorf("%s has an upper end: wanted a finite range, received %g:%g", h, o.Range[0], o.Range[1])
	case hi-hi == 0 && !h.bounded() && h != ReLU:
		return fmt.Errorf("%s has no upper end: wanted a range %g: or a head of relu, sigmoid, shifted_tanh, received %[2]g:%g", h, o.Range[0], o.Range[1])
	}
	return nil
}

// bounded reports whether the head has an upper end.
func (h Head) bounded() bool { return h == Sigmoid || h == ShiftedTanh }
