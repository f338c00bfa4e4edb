package lambda

import (
	"errors"
	"fmt"
)

// Options says what else is known of the Lambda layer.
type Options struct {
	Keras   string // the version that wrote the file, "2.2.4"; "" where it is not known
	Era     int    // whose configuration it is: that of Keras 1, 2 or 3
	Backend string // "tensorflow", "theano"; "" where it is not known

	Inputs    int            // how many tensors the layer is called on
	List      bool           // they come as a list
	Arguments map[string]any // further arguments, as decoded JSON

	// Type returns shape and type of the one output of a part of the function,
	// -1 for sizes that are not known. It may be nil.
	Type func(*Lifted) (shape []int, dtype string, ok bool)

	// Budget counts down the readings that are tried, for all functions of a
	// model together.
	Budget *int
}

// tensorFlow2 reports whether functions mean what they do in TensorFlow 2.
func (o *Options) tensorFlow2() bool {
	if o.Era >= 3 {
		return true
	}
	var major, minor int
	var rest string
	n, _ := fmt.Sscanf(o.Keras, "%d.%d%s", &major, &minor, &rest)
	if n < 2 || major != 2 {
		return false
	}
	// tf.keras of TensorFlow 2.0 to 2.2 calls itself 2.2.4-tf and 2.3.0-tf.
	return minor >= 4 || rest == ".2.4-tf" || rest == ".4-tf" || rest == ".3.0-tf" || rest == ".0-tf"
}

// Lifted is a function as operations.
type Lifted struct {
	Inputs  []*Node
	Outputs []*Node
	Formula string // "x / 127.5 - 1"
	Python  string // the newest version as whose code it was read
}

// Lift works out what a function computes. The error is an *Error.
func Lift(s Source, o Options) (*Lifted, error) {
	data, err := s.bytes()
	if err != nil {
		return nil, err
	}
	found, err := lift(data, s, &o)
	var e *Error
	if errors.As(err, &e) && e.Kind == Broken {
		if repaired := repair(data, s, &o); repaired != nil {
			return repaired, nil
		}
	}
	return found, err
}

// lift reads a code object as every version. Readings that succeed must agree.
func lift(data []byte, s Source, o *Options) (*Lifted, error) {
	var found *Lifted
	var key string
	var worst error
	steps := -1
	for _, v := range versions() {
		if o.Budget != nil {
			if *o.Budget--; *o.Budget < 0 {
				return nil, beyond("the readings of all Lambdas together", MaxReadings, MaxReadings+1)
			}
		}
		m := &machine{o: o, v: v}
		l, err := m.function(data, s)
		if err != nil {
			if rank := rankOf(err, m.steps); rank > steps {
				worst, steps = err, rank
			}
			continue
		}
		if k := l.key(); found == nil {
			found, key = l, k
		} else if k != key {
			return nil, refuse("read as Python %s it computes %s, as Python %s %s", found.Python, found.Formula, v.name, l.Formula)
		}
	}
	if found != nil {
		return found, nil
	}
	return nil, worst
}

// MaxReadings is what Options.Budget begins with.
const MaxReadings = 50_000

// rankOf tells how far a reading got: a refusal further than a broken one.
func rankOf(err error, steps int) int {
	var e *Error
	if errors.As(err, &e) && e.Kind != Broken {
		return 1<<30 + steps
	}
	return steps
}

// function interprets a code object as one version's.
func (m *machine) function(data []byte, s Source) (l *Lifted, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			l, err = nil, e
		default:
			panic(e)
		}
	}()
	c, err := unmarshal(data, m.v.layout)
	if err != nil {
		return nil, err
	}
	checkNumbers(c)
	fn := &closure{code: c}
	if fn.defaults, err = m.values(s.Defaults); err != nil {
		return nil, err
	}
	cells, err := m.values(s.Closure)
	if err != nil {
		return nil, err
	}
	for _, v := range cells {
		fn.cells = append(fn.cells, &cell{value: v, set: true})
	}
	l = &Lifted{Python: m.v.name}
	for k := range m.o.Inputs {
		l.Inputs = append(l.Inputs, &Node{input: k})
	}
	m.inputs = l.Inputs
	if l.Outputs, err = m.outputs(m.invoke(fn, m.bind(fn, m.arguments(c)))); err != nil {
		return nil, err
	}
	l.Formula = l.formula(c)
	return l, nil
}

// arguments is the call that the layer makes: its inputs, its further
// arguments, and mask and training where the function takes them.
func (m *machine) arguments(c *code) *call {
	out := &call{name: c.name, kwargs: map[string]any{}}
	if m.o.List {
		list := &List{}
		for _, n := range m.inputs {
			list.Items = append(list.Items, n)
		}
		out.args = []any{list}
	} else {
		out.args = []any{m.inputs[0]}
	}
	for name, v := range m.o.Arguments {
		out.kwargs[name] = m.value(v, 0)
	}
	for k, name := range c.locals[:c.argcount] {
		if name == "mask" && k > 0 {
			out.kwargs[name] = unknown{"the mask"}
		}
		if name == "training" && k > 0 {
			out.kwargs[name] = unknown{"whether it is training"}
		}
	}
	return out
}

// outputs checks what the function returned.
func (m *machine) outputs(v any) ([]*Node, error) {
	list, ok := items(v)
	if !ok {
		list = []any{v}
	}
	var out []*Node
	computed := false
	for _, e := range list {
		n, ok := e.(*Node)
		if !ok {
			return nil, refuse("it returns %s, which does not depend on its input", show(e))
		}
		computed = computed || n.Class != ""
		out = append(out, n)
	}
	// A mask ends at a Lambda, unless all that it returns are its inputs: Keras
	// keeps masks that the outputs have already (Layer._set_mask_metadata).
	for k, n := range out {
		if n.Class == "" && computed {
			out[k] = m.apply("ops.Multiply", nil, n, int64(1))
		}
	}
	if len(out) == 0 {
		return nil, refuse("it returns nothing")
	}
	return out, nil
}
