package operations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Operation is a function of keras.ops that stands as a node in a model: what a
// call of it on a layer's output leaves in a configuration. Files ops_*.go hold
// the functions; their classes are registered as "ops.NAME".
type Operation struct {
	layers.Common
	options map[string]any
	def     operation
}

// operation says what an operation has for options and what it computes.
type operation struct {
	options []string
	run     func(o *opCall) []*runtime.Value
}

// registerOperation makes an operation with one output known.
func registerOperation(name string, run func(o *opCall) *runtime.Value, options ...string) {
	registerOperations(name, func(o *opCall) []*runtime.Value { return []*runtime.Value{run(o)} }, options...)
}

// registerOperations makes an operation with any number of outputs known.
func registerOperations(name string, run func(o *opCall) []*runtime.Value, options ...string) {
	def := operation{options: options, run: run}
	layers.RegisterKeras("ops."+name, func() layers.Layer { return &Operation{def: def} })
}

// Configure implements Configurer.
func (l *Operation) Configure(d *layers.Decoder, config map[string]any) {
	own := map[string]any{}
	l.options = map[string]any{}
	for k, v := range config {
		if slices.Contains(l.def.options, k) {
			l.options[k] = v
		} else if k != "dtype" || v == nil { // of the call's result, which follows from the inputs
			own[k] = v
		}
	}
	d.Struct(own, &l.Common)
}

// RawArguments implements layers.RawArguments.
func (l *Operation) RawArguments() {}

// Build implements Layer.
func (l *Operation) Build([]runtime.Shape) ([]layers.Weight, error) { return nil, nil }

// Call implements Layer. Operations drop masks.
func (l *Operation) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	o := &opCall{Call: c, Args: c.Positional(), options: l.options}
	out, err := l.compute(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.TrimPrefix(l.Class, "ops."), err)
	}
	tensors := make([]layers.Tensor, len(out))
	for i, v := range out {
		tensors[i].Value = v
	}
	if len(tensors) == 1 {
		tensors[0].Sizes = o.sizes
	}
	if (l.Class == "ops.Softmax" || l.Class == "ops.Sigmoid") && len(in) == 1 {
		tensors[0].Logits = in[0].Value
	}
	return tensors, nil
}

// compute runs the operation and returns the error that it failed with.
func (l *Operation) compute(o *opCall) (out []*runtime.Value, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			err = r.error
		default:
			panic(r)
		}
	}()
	return l.def.run(o), nil
}

// opCall is a call of an operation with the means to read its arguments.
type opCall struct {
	*layers.Call
	Args    []any // positional
	options map[string]any
	sizes   []layers.Size // of the result, see layers.Tensor
}

// refusal is what fail unwinds the stack with.
type refusal struct{ error }

// fail ends the operation with an error, so that operations read as formulas
// and never go on with an argument that is wrong. It does not return; the result
// is for the compiler.
func (o *opCall) fail(format string, args ...any) *runtime.Value {
	panic(refusal{fmt.Errorf(format, args...)})
}

// arg returns positional argument i, or the keyword argument of that name.
func (o *opCall) arg(i int, name string) any {
	if i < len(o.Args) {
		return o.Args[i]
	}
	return o.Keyword(name)
}

// value returns an argument as a value: a tensor, or a constant.
func (o *opCall) value(v any) *runtime.Value {
	switch x := v.(type) {
	case layers.Tensor:
		return x.Value
	case *runtime.Tensor:
		return o.Constant(x)
	case nil:
		return o.fail("a tensor is missing")
	}
	dtype := "float32"
	if wholeNumbers(v) {
		dtype = "int32"
	}
	t, err := layers.ConstantOf(v, dtype)
	if err != nil {
		return o.fail("%v", err)
	}
	return o.Constant(t)
}

// wholeNumbers reports whether a constant is written without a fraction.
func wholeNumbers(v any) bool {
	if list, ok := v.([]any); ok {
		for _, e := range list {
			if !wholeNumbers(e) {
				return false
			}
		}
		return true
	}
	n, ok := v.(interface{ Int64() (int64, error) })
	if !ok {
		return false
	}
	_, err := n.Int64()
	return err == nil
}

// x returns the first argument.
func (o *opCall) x() *runtime.Value { return o.value(o.arg(0, "x")) }

// f returns the first argument as float32.
func (o *opCall) f() *runtime.Value { return o.Cast(o.x(), runtime.Float32) }

// list returns the tensors of the first argument, a list.
func (o *opCall) list() []*runtime.Value {
	list, ok := o.arg(0, "xs").([]any)
	if !ok || len(list) == 0 {
		return []*runtime.Value{o.fail("a list of tensors is missing")}
	}
	out := make([]*runtime.Value, len(list))
	for i, e := range list {
		out[i] = o.value(e)
	}
	return out
}

// pair returns the first two arguments in one type: the wider of both, where a
// bare number takes the tensor's unless it has a fraction.
func (o *opCall) pair() (x, y *runtime.Value) {
	a, b := o.arg(0, "x1"), o.arg(1, "x2")
	x, y = o.value(a), o.value(b)
	to := max(rankOf(x.DType, isTensor(a)), rankOf(y.DType, isTensor(b)))
	dtype := []runtime.DType{runtime.Bool, runtime.Int32, runtime.Int64, runtime.Float32}[to/2]
	if dtype == runtime.Bool && (x.DType == runtime.Int32 || y.DType == runtime.Int32) {
		dtype = runtime.Int32 // a bare integer with a bool
	}
	return o.Cast(x, dtype), o.Cast(y, dtype)
}

func isTensor(v any) bool {
	_, ok := v.(layers.Tensor)
	return ok
}

// rankOf orders types by width, numbers below tensors of their type.
func rankOf(d runtime.DType, tensor bool) int {
	r := map[runtime.DType]int{runtime.Bool: 0, runtime.Int32: 2, runtime.Int64: 4, runtime.Float32: 6}[d]
	if tensor {
		r++
	} else if d == runtime.Int32 {
		r = 0
	}
	return r
}

// number returns an option that is a number.
func (o *opCall) number(key string, otherwise float64) float32 {
	v, ok := o.options[key]
	if !ok || v == nil {
		v = o.Keyword(key)
		ok = v != nil
	}
	if !ok || v == nil {
		return float32(otherwise)
	}
	f, ok := layers.Float(v)
	if !ok {
		o.fail("%s must be a number, received %s", key, layers.Brief(v))
	}
	return float32(f)
}

// whole returns an option that is an integer.
func (o *opCall) whole(key string, otherwise int) int {
	v := o.options[key]
	if v == nil {
		return otherwise
	}
	n, ok := layers.Int(v)
	if !ok {
		o.fail("%s must be an integer, received %s", key, layers.Brief(v))
	}
	return n
}

// text returns an option that is a string.
func (o *opCall) text(key, otherwise string) string {
	v := o.options[key]
	if v == nil {
		return otherwise
	}
	s, ok := v.(string)
	if !ok {
		o.fail("%s must be a string, received %s", key, layers.Brief(v))
	}
	return s
}

// flag returns an option that is true or false.
func (o *opCall) flag(key string, otherwise bool) bool {
	if v, ok := o.options[key].(bool); ok {
		return v
	}
	return otherwise
}

// axes returns an option that is an axis, several, or null for all: nil.
func (o *opCall) axes(key string) []int {
	v := o.options[key]
	if v == nil {
		return nil
	}
	if a, ok := layers.Int(v); ok {
		return []int{a}
	}
	list, ok := layers.Ints(v)
	if !ok {
		o.fail("%s must be integers, received %s", key, layers.Brief(v))
	}
	return list
}

// axis returns an option that is one axis of x, counted from the front.
func (o *opCall) axis(key string, x runtime.Shape, otherwise int) int {
	a := otherwise
	if v := o.options[key]; v != nil {
		list := o.axes(key)
		if len(list) != 1 {
			o.fail("%s must be one axis, received %s", key, layers.Brief(v))
		}
		a = list[0]
	}
	r, err := x.Axis(a)
	if err != nil {
		o.fail("%w", err)
	}
	return r
}
