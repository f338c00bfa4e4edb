package keras

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/internal/tfjs"
)

// openTFJS reads a layers model of TensorFlow.js: the topology is a
// configuration of Keras 2 or 3, sometimes with what an .h5 has around it, and
// weights carry the names that they have in an .h5 or in a .keras.
func (l *loader) openTFJS() (*Model, error) {
	f, err := l.tfjs()
	if err != nil {
		return nil, err
	}
	data, err := l.plainString(f.Topology)
	if err != nil {
		return nil, err
	}
	tree, err := l.parseConfig(data)
	if err != nil {
		return nil, within("modelTopology", err)
	}
	o := &Origin{Format: FormatTFJS}
	if version, _ := tree["keras_version"].(string); !strings.HasPrefix(version, "tfjs") {
		o.KerasVersion = version // that of TensorFlow.js says nothing of the spelling, which is Keras 2's
	}
	config := tree
	if inner, ok := tree["model_config"].(map[string]any); ok {
		config = inner
		o.Backend, _ = tree["backend"].(string)
	}
	delete(config, "keras_version")
	if backend, _ := config["backend"].(string); backend == "tensor_flow.js" {
		delete(config, "backend")
	}
	if o.Config, err = pyjson.Marshal(withoutTuples(config)); err != nil {
		return nil, err
	}
	if training := tree["training_config"]; training != nil {
		if o.TrainingConfig, err = pyjson.Marshal(training); err != nil {
			return nil, err
		}
	}
	m, err := l.assemble(o)
	if err != nil || l.weights != "" {
		return m, err
	}
	return m, l.tfjsArrays(f, m)
}

// tfjs opens the model.json that the loader stands at.
func (l *loader) tfjs() (*tfjs.Model, error) {
	if l.folder.FS == nil {
		return nil, &FormatError{What: "content", Wanted: "a model.json with the files beside it", Received: "model.json alone"}
	}
	return tfjs.Open(l.folder, l.name, tfjs.Limits{JSONBytes: l.limits.ConfigBytes, Weights: l.limits.Nodes})
}

// tfjsWeights reads the weights of a model.json onto a model.
func (l *loader) tfjsWeights(m *Model) error {
	f, err := l.tfjs()
	if err != nil {
		return err
	}
	return l.tfjsArrays(f, m)
}

// tfjsArrays gives every weight its array, found by the names of layers: the
// order in the manifest is that of an alphabet, of the layers or of none.
func (l *loader) tfjsArrays(f *tfjs.Model, m *Model) error {
	arrays := make([]array, len(f.Weights))
	tree := 0
	for i := range f.Weights {
		w := &f.Weights[i]
		if err := f.Check(w); err != nil {
			return err
		}
		arrays[i] = array{tfjsArray{f, w}, w.Name}
		if strings.Contains(w.Name, "/vars/") {
			tree++
		}
	}
	if tree > 0 && tree == len(arrays) {
		return l.tfjsTree(arrays, m)
	}
	var parts []unit
	for _, u := range units(m) {
		parts = append(parts, u.leaves()...)
	}
	if len(parts) == 0 && len(arrays) == 0 {
		return nil
	}
	shares, ok := shareByName(arrays, parts)
	if !ok || len(parts) == 0 {
		return &FormatError{What: "weightsManifest:", Wanted: "names that begin with those of layers, " + listed(parts), Received: shortNames(arrays)}
	}
	for i, p := range parts {
		ordered, err := byName(shares[i], p.weights)
		if err != nil {
			return within(p.name, err)
		}
		if err := l.legacyUnit(legacyFile{era: 2, inOrder: true}, p.layer, p.name, ordered, p.weights); err != nil {
			return err
		}
	}
	return l.zero(m)
}

func shortNames(arrays []array) string {
	names := make([]string, len(arrays))
	for i, a := range arrays {
		names[i] = a.name
	}
	return shortList(names)
}

// tfjsTree reads weights that carry the paths of a .keras, "layers/dense/vars/0".
func (l *loader) tfjsTree(arrays []array, m *Model) error {
	root := &treeNode{children: map[string]*treeNode{}}
	for _, a := range arrays {
		at := root
		steps := strings.Split(a.name, "/")
		if len(steps) > maxTree {
			return &LimitError{Path: a.name[:64], Limit: "HDF5.GroupDepth", Max: maxTree, Asked: uint64(len(steps))}
		}
		for _, step := range steps[:len(steps)-2] { // without vars and number
			if step == oldTree {
				step = "layers"
			}
			at = at.child(step)
		}
		if n := numeric(steps[len(steps)-1]); n != len(at.vars) {
			return &FormatError{Path: a.name, What: "number of the weight", Wanted: fmt.Sprint(len(at.vars)), Received: steps[len(steps)-1]}
		}
		at.vars = append(at.vars, a.dataset)
	}
	return l.readTree(root, m)
}

// tfjsArray is a weight of a manifest.
type tfjsArray struct {
	model  *tfjs.Model
	weight *tfjs.Weight
}

func (a tfjsArray) Path() string                    { return a.weight.Name }
func (a tfjsArray) Shape() []int                    { return a.weight.Shape }
func (a tfjsArray) Len() int                        { return a.weight.Len() }
func (a tfjsArray) Bytes() int64                    { return a.weight.Bytes() }
func (a tfjsArray) DType() string                   { return a.weight.DType }
func (a tfjsArray) ReadFloat32(dst []float32) error { return a.model.ReadFloat32(a.weight, dst) }
func (a tfjsArray) ReadInt64(dst []int64) error     { return a.model.ReadInt64(a.weight, dst) }
func (a tfjsArray) ReadRaw(dst []byte) error        { return a.model.ReadRaw(a.weight, dst) }
