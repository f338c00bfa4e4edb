package keras

import (
	"context"
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// oldMasks are the options by which the upgrade asks for the masks of an older
// Keras.
var oldMasks = []string{"keras2_masks", "keeps_input_masks", "lists_drop_masks", "ignores_mask"}

func hasOldMasks(config map[string]any) bool {
	return slices.ContainsFunc(oldMasks, func(k string) bool { return config[k] == true })
}

// eachMarked calls f for every layer with the mark, in one order.
func eachMarked(v any, f func(config map[string]any)) {
	switch x := v.(type) {
	case map[string]any:
		if hasOldMasks(x) {
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
			spelling.Drop(c, oldMasks...)
		}
		n++
	})
	return equalGraphs(z.m.config, config, false)
}

// equalGraphs reports whether two configurations compute the same, b anything at
// all.
func equalGraphs(a, b map[string]any, training bool) (bool, error) {
	before, err := graphOf(a, training)
	if err != nil {
		return false, err
	}
	after, err := graphOf(b, training)
	if err != nil { // as where a mask does not fit
		return false, nil
	}
	return before.Equal(after), nil
}

// trainingCalls refuses calls with training=True to which that matters: in Keras 3
// what the model is called with comes before what a layer was called with
// (keras/src/models/functional.py, operation_fn). training=False matters to further
// training alone.
func (z *modernizer) trainingCalls() error {
	for i := 0; ; i++ {
		config, err := copied(z.m.config)
		if err != nil {
			return err
		}
		var name string
		n := 0
		eachCall(config, func(layer string, kwargs map[string]any) {
			if _, ok := kwargs["training"].(bool); ok {
				if n == i {
					name = layer
					delete(kwargs, "training")
				}
				n++
			}
		})
		if i == n {
			return nil
		}
		same, err := equalGraphs(z.m.config, config, false)
		if err != nil {
			return err
		}
		if !same {
			z.unsupported(fmt.Sprintf("layer %q", name), "a call with training=True")
			continue
		}
		if same, err = equalGraphs(z.m.config, config, true); err != nil {
			return err
		}
		if !same {
			z.note("layer %q: further training takes it along, though it was called with training=False, which Keras 3 does not follow", name)
		}
	}
}

// eachCall calls f with the arguments of every call of a layer, in one order.
func eachCall(v any, f func(layer string, kwargs map[string]any)) {
	switch x := v.(type) {
	case map[string]any:
		nodes, _ := x["inbound_nodes"].([]any)
		for _, n := range nodes {
			node, _ := n.(map[string]any)
			if kwargs, ok := node["kwargs"].(map[string]any); ok {
				f(spelling.NameOf(x), kwargs)
			}
		}
		for _, k := range layers.SortedKeys(x) {
			if k != "inbound_nodes" {
				eachCall(x[k], f)
			}
		}
	case []any:
		for _, e := range x {
			eachCall(e, f)
		}
	}
}

// graphOf lowers a configuration in the Keras 3 spelling, without values for
// its weights.
func graphOf(config map[string]any, training bool) (*runtime.Graph, error) {
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
	g, err := m.lower(context.Background(), training, lowering{})
	if err != nil {
		return nil, err
	}
	return g.Builder.Graph(g.Values()...)
}
