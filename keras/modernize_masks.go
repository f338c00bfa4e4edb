package keras

import (
	"bytes"
	"reflect"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// oldMasks is the option by which the upgrade asks for the masks of Keras 2.
const oldMasks = "keras2_masks"

// eachMarked calls f for every layer with the mark, in one order.
func eachMarked(v any, f func(config map[string]any)) {
	switch x := v.(type) {
	case map[string]any:
		if x[oldMasks] == true {
			f(x)
		}
		for _, k := range layers.SortedKeys(x) {
			eachMarked(x[k], f)
		}
	case []any:
		for _, e := range x {
			eachMarked(e, f)
		}
	}
}

func (z *modernizer) marked(v any) (n int) {
	eachMarked(v, func(map[string]any) { n++ })
	return n
}

func (z *modernizer) nameOfMarked(i int) (name string) {
	n := 0
	eachMarked(z.m.config, func(c map[string]any) {
		if n == i {
			name, _ = c["name"].(string)
		}
		n++
	})
	return "layer \"" + name + "\""
}

// sameWithout reports whether the model computes the same when the marks that
// drop picks are not there: whether both lower to equal graphs.
func (z *modernizer) sameWithout(drop func(i int) bool) (bool, error) {
	config, err := copied(z.m.config)
	if err != nil {
		return false, err
	}
	n := 0
	eachMarked(config, func(c map[string]any) {
		if drop(n) {
			delete(c, oldMasks)
		}
		n++
	})
	before, err := graphOf(z.m.config)
	if err != nil {
		return false, err
	}
	after, err := graphOf(config)
	if err != nil {
		return false, err
	}
	return sameGraph(before, after), nil
}

// graphOf lowers a configuration in the Keras 3 spelling, without values for
// its weights.
func graphOf(config map[string]any) (*runtime.Graph, error) {
	d := &layers.Decoder{}
	root, ok := d.Layer(config).(layers.Model)
	if err := problems(d.Problems, false); err != nil {
		return nil, err
	}
	if !ok {
		return nil, &FormatError{What: "configuration", Wanted: "a model", Received: "a layer"}
	}
	m := &Model{root: root, config: config, origin: &Origin{}}
	if err := m.build(Limits{}.withDefaults()); err != nil {
		return nil, err
	}
	g, err := m.lower(false, false)
	if err != nil {
		return nil, err
	}
	return g.Builder.Graph(g.Values()...)
}

// sameGraph reports whether two graphs are the same operations on the same
// values in the same order.
func sameGraph(a, b *runtime.Graph) bool {
	if len(a.Nodes) != len(b.Nodes) || len(a.Outputs) != len(b.Outputs) {
		return false
	}
	twin := map[*runtime.Value]*runtime.Value{}
	twins := func(a, b []*runtime.Value) bool {
		for i, v := range a {
			if twin[v] != b[i] {
				return false
			}
		}
		return true
	}
	for i, n := range a.Nodes {
		m := b.Nodes[i]
		if len(n.In) != len(m.In) || len(n.Out) != len(m.Out) || !twins(n.In, m.In) || !sameOp(n, m) {
			return false
		}
		for k, v := range n.Out {
			twin[v] = m.Out[k]
		}
	}
	return twins(a.Outputs, b.Outputs)
}

// sameOp reports whether two nodes do the same.
func sameOp(n, m *runtime.Node) bool {
	if len(n.Out) == 1 && n.Out[0].Constant() != nil {
		a, b := n.Out[0].Constant(), m.Out[0].Constant()
		return b != nil && a.DType() == b.DType() && a.Shape().Equal(b.Shape()) && bytes.Equal(a.Bytes(), b.Bytes())
	}
	return alike(reflect.ValueOf(n.Op), reflect.ValueOf(m.Op))
}

// alike is reflect.DeepEqual but for functions, which are equal if their code
// is, and for the values of graphs, whose place sameGraph compares, and their
// contents.
func alike(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return a.IsValid() == b.IsValid()
	}
	if t := a.Type(); t == reflect.TypeFor[*runtime.Value]() || t == reflect.TypeFor[*runtime.Tensor]() {
		return a.IsNil() == b.IsNil()
	}
	switch a.Kind() {
	case reflect.Func:
		return a.Pointer() == b.Pointer()
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return alike(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !alike(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if v := b.MapIndex(k); !v.IsValid() || !alike(a.MapIndex(k), v) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}
