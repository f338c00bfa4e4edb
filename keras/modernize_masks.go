package keras

import (
	"context"

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
	return before.Equal(after), nil
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
	if err := m.build(context.Background(), Limits{}.withDefaults()); err != nil {
		return nil, err
	}
	g, err := m.lower(context.Background(), false, false)
	if err != nil {
		return nil, err
	}
	return g.Builder.Graph(g.Values()...)
}
