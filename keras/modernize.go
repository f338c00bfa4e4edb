package keras

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Modernize returns a Keras 1 or 2 model as a Keras 3 one: saved, it is a file
// that stock Keras 3.15 opens and that gives the old answers. Where a meaning
// changed the model is written so that the old numbers come out: hard_sigmoid
// had another slope, so what feeds it is scaled. The training configuration and
// the optimizer's state become Keras 3's too.
//
// Origin().Notes of the result lists what is not as it was: what Keras 3 has no
// word for but answers do not need, and what training goes on without. The error
// is an *UnsupportedError that lists everything that Keras 3 cannot say.
//
// In a Keras 3 model Lambdas become operations, and the configuration of an .h5,
// which does not say where Keras finds its classes, comes to say so; a model that
// needs neither is returned as it is.
func (m *Model) Modernize() (*Model, error) {
	if m.origin.Era == 3 {
		out, err := m.withoutLambdas()
		if err != nil || namesModules(out.config) {
			return out, err
		}
		m = out
	}
	z := &modernizer{m: m, values: map[int]*runtime.Tensor{}, shared: map[string]string{}}
	out, err := z.model()
	if err != nil {
		return nil, named(m.origin.File, err)
	}
	return out, nil
}

// modernizer writes one model as stock Keras 3 spells it.
type modernizer struct {
	m        *Model
	problems []layers.Problem
	notes    []string
	values   map[int]*runtime.Tensor // weights with new values, by index in the model
	shared   map[string]string       // the first place of a layer at several places, by its id
	unshared bool                    // some layer has become several
}

func (z *modernizer) unsupported(place, format string, args ...any) {
	z.problems = append(z.problems, layers.Problem{Where: place, What: "Keras 3 has no word for " + fmt.Sprintf(format, args...)})
}

// note tells something once.
func (z *modernizer) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(z.notes, n) {
		z.notes = append(z.notes, n)
	}
}

func (z *modernizer) model() (*Model, error) {
	m := z.m
	if err := z.masks(); err != nil {
		return nil, err
	}
	if err := z.trainingCalls(); err != nil {
		return nil, err
	}
	root, err := copied(m.config)
	if err != nil {
		return nil, err
	}
	spelling.WithoutVocabularies(root, m.origin.Era, m.origin.Assets)
	owned := make([]ownedWeight, len(m.slots))
	for i, k := range m.slots {
		owned[i] = ownedWeight{index: k, path: m.weights[k].Path}
	}
	z.layer(root, m.root, owned, "")
	if len(z.problems) > 0 {
		return nil, &UnsupportedError{Problems: z.problems}
	}
	config, err := pyjson.Marshal(root)
	if err != nil {
		return nil, err
	}
	o := *m.origin
	o.Era, o.KerasVersion, o.Format, o.Backend = 3, keras3Version, FormatKeras, "tensorflow"
	o.Config, o.Metadata = config, nil
	if m.origin.Era != 3 {
		if err := z.training(&o); err != nil {
			return nil, err
		}
	}
	o.Notes = slices.Concat(m.origin.Notes, z.notes)
	out, err := newLoader(o.File, nil, 0, nil).assemble(&o)
	if err != nil {
		return nil, err
	}
	return out, z.carry(out)
}

// carry gives the new model the weights of the old one. Rewriting a layer never
// adds, drops or reorders weights.
func (z *modernizer) carry(out *Model) error {
	if len(out.slots) != len(z.m.slots) {
		return wrongCount("", "", len(out.slots), len(z.m.slots))
	}
	for i, k := range out.slots {
		w, old := &out.weights[k], &z.m.weights[z.m.slots[i]]
		if !old.Shape.Equal(w.Shape) {
			return &FormatError{Layer: w.Layer, What: w.Name + ": shape", Wanted: w.Shape.String(), Received: old.Shape.String()}
		}
		w.Value, w.Stored = old.Value, old.Stored
		if v := z.values[z.m.slots[i]]; v != nil {
			w.Value, w.Stored = v, nil
		}
	}
	return nil
}

// masks refuses layers that answer otherwise in Keras 3 because of the masks
// that reach them. The upgrade marks every layer to which that could happen; it
// does where the graph differs without the mark.
func (z *modernizer) masks() error {
	marked := z.marked(z.m.config)
	if marked == 0 {
		return nil
	}
	same, err := z.sameWithout(func(int) bool { return true })
	if err != nil || same {
		return err
	}
	for i := range marked {
		if same, err = z.sameWithout(func(k int) bool { return k == i }); err != nil {
			return err
		}
		if !same {
			z.unsupported(z.nameOfMarked(i), "the masks of Keras 2 that reach it")
		}
	}
	if len(z.problems) == 0 {
		z.unsupported("", "the masks of Keras 2")
	}
	return nil
}

// copied returns a deep copy of a configuration as decoded JSON.
func copied(config map[string]any) (map[string]any, error) {
	data, err := pyjson.Marshal(config)
	if err != nil {
		return nil, err
	}
	v, err := parseJSON(data, DefaultLimits())
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}
