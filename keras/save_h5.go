package keras

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
)

// writeH5 writes a legacy .h5 (keras/src/legacy/saving/legacy_h5_format.py).
func (s *saver) writeH5(w io.Writer) error {
	root := &hdf5.GroupNode{}
	root.SetAttr("keras_version", hdf5.UTF8(s.version))
	root.SetAttr("backend", hdf5.UTF8("tensorflow"))
	config, err := s.h5Config()
	if err != nil {
		return err
	}
	root.SetAttr("model_config", hdf5.ASCII(string(config)))
	weights := root.Group("model_weights")
	weights.SetAttr("backend", hdf5.ASCII("tensorflow"))
	weights.SetAttr("keras_version", hdf5.ASCII(s.version))
	if err := s.legacyWeights(weights); err != nil {
		return err
	}
	training, err := s.trainingH5()
	if err != nil {
		return err
	}
	if training != nil {
		root.SetAttr("training_config", hdf5.ASCII(string(training)))
		if state := s.optimizer(); len(state) > 0 {
			g := root.Group(s.optimizerGroup())
			var names []string
			for _, a := range state {
				names = append(names, a.Name)
				if err := addArray(g, a.Name, a); err != nil {
					return err
				}
			}
			setList(g, "weight_names", names)
		}
	}
	return hdf5.Write(w, root)
}

// ownOptimizerGroup holds the optimizer's variables where Keras must not see them.
const ownOptimizerGroup = "kerasrun_optimizer_weights"

// optimizerGroup is where an .h5 has the optimizer's variables. Keras 3 builds the
// optimizer of an .h5 that has them for no variables at all (it asks for
// model._trainable_variables, legacy_h5_format.py), and fit then fails, on its
// own files too. Kept out of its sight, stock Keras trains on with fresh
// moments, and kerasrun with these.
func (s *saver) optimizerGroup() string {
	if s.era == 3 {
		return ownOptimizerGroup
	}
	return "optimizer_weights"
}

// idfName is how lookups call their weights of tokens, in the files of a .keras too.
const idfName = "idf_weights"

// h5Config is the configuration without what only a .keras holds. LoRA is
// merged into kernels when it is saved; from an .h5 Keras would ask for its
// factors, so there the layers are plain.
func (s *saver) h5Config() ([]byte, error) {
	e, err := s.m.edit() // a copy of its own
	if err != nil {
		return nil, err
	}
	e.eachLayer(func(_ string, config map[string]any) {
		delete(config, "lora_rank")
		delete(config, "lora_alpha")
	})
	if err := spelling.Vocabularies(e.root, e.era, s.m.origin.Assets, nil); err != nil {
		return nil, err
	}
	var found []layers.Problem
	e.eachLayer(func(name string, config map[string]any) {
		if v, has := config[idfName]; has && v == nil && (config["output_mode"] == "tf_idf" || config["output_mode"] == "tf-idf") {
			found = append(found, layers.Problem{Where: fmt.Sprintf("layer %q", name), What: idfName + " that were learned have no place in an .h5: save a .keras"})
		}
	})
	if found != nil {
		return nil, &UnsupportedError{Problems: found}
	}
	delete(e.root, "compile_config")
	delete(e.root, "build_config")
	return pyjson.Marshal(e.root)
}

// legacyWeights writes a group for each layer: first the trainable weights,
// then the others.
func (s *saver) legacyWeights(g *hdf5.GroupNode) error {
	var names []string
	inner := s.m.root.Layers()
	for i, l := range inner {
		if s.m.implicitInput(l) {
			continue
		}
		name := l.Base().Name
		names = append(names, name)
		first, end := s.m.root.Owned(i)
		if err := s.layerGroup(groupAt(g, name), s.m.weightsAt(first, end)); err != nil {
			return err
		}
	}
	setList(g, "layer_names", names)
	return s.layerGroup(g.Group("top_level_model_weights"), nil)
}

// groupAt returns the group of a layer: several, one within the other, where its
// name has slashes, as h5py makes them.
func groupAt(g *hdf5.GroupNode, name string) *hdf5.GroupNode {
	for step := range strings.SplitSeq(name, "/") {
		if step != "" {
			g = g.Group(step)
		}
	}
	return g
}

// implicitInput reports whether the layer is the input of a Sequential, which
// Keras does not count among its layers.
func (m *Model) implicitInput(l layers.Layer) bool {
	_, isInput := l.(*layers.InputLayer)
	_, isSequential := m.root.(*layers.Sequential)
	return isInput && isSequential
}

// weightsAt returns the weights that the root lists from first to end, each
// once.
func (m *Model) weightsAt(first, end int) []Weight {
	var out []Weight
	seen := map[int]bool{}
	for _, k := range m.slots[first:end] {
		if !seen[k] {
			seen[k] = true
			out = append(out, m.weights[k])
		}
	}
	return out
}

func (s *saver) layerGroup(g *hdf5.GroupNode, weights []Weight) error {
	var names []string
	taken := map[string]bool{}
	all := make([]*Weight, len(weights))
	for i := range weights {
		all[i] = &weights[i]
	}
	order := asListed(all)
	for _, trainable := range []bool{true, false} {
		for _, i := range order {
			w := all[i]
			if (w.Trainable || w.LoRA || w.Leads) != trainable || s.era == 3 && w.Given != nil {
				continue
			}
			name := s.legacyName(w)
			for n := 1; taken[name]; n++ {
				name = fmt.Sprintf("%s_%d%s", strings.TrimSuffix(s.legacyName(w), ":0"), n, s.suffix())
			}
			taken[name] = true
			names = append(names, name)
			if err := addWeight(g, name, w); err != nil {
				return err
			}
		}
	}
	setList(g, "weight_names", names)
	return nil
}

// asListed orders weights as Keras lists them: those that lead, before the kernel of
// their layer.
func asListed(weights []*Weight) []int {
	var order []int
	kernel := 0 // where that of the layer at hand is
	for i, w := range weights {
		switch {
		case w.Leads:
			order = slices.Insert(order, kernel, i)
			kernel++
			continue
		case w.Name == "kernel":
			kernel = len(order)
		}
		order = append(order, i)
	}
	return order
}

// legacyName is the name of a weight in a legacy file: TensorFlow's for Keras 2,
// a path for Keras 3.
func (s *saver) legacyName(w *Weight) string {
	if w.FileName != "" && s.m.origin.Format == FormatH5 && s.m.origin.Era == s.era && strings.HasSuffix(w.FileName, s.suffix()) {
		return w.FileName
	}
	name := w.Layer + "/" + w.Name
	if s.era == 3 {
		name = s.m.Name() + "/" + name
	}
	return name + s.suffix()
}

func (s *saver) suffix() string {
	if s.era == 2 {
		return ":0"
	}
	return ""
}

// addWeight adds a weight's dataset at a path below g.
func addWeight(g *hdf5.GroupNode, path string, w *Weight) error {
	if w.Stored != nil {
		return addArray(g, path, *w.Stored)
	}
	dtype := w.Value.DType()
	name := dtype.String()
	if w.Packed {
		name = w.DType
	}
	return addArray(g, path, Stored{DType: name, Shape: w.Value.Shape(), Data: littleEndian(w.Value.Bytes(), dtype.Size())})
}

// littleEndian returns memory as the bytes a file holds.
func littleEndian(data []byte, size int) []byte {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return data
	}
	out := make([]byte, len(data))
	for i := range data {
		out[i] = data[i-i%size+size-1-i%size]
	}
	return out
}

// addArray adds a dataset at a path below g.
func addArray(g *hdf5.GroupNode, path string, a Stored) error {
	t, err := hdf5.TypeOf(a.DType)
	if err != nil {
		return err
	}
	steps := strings.Split(path, "/")
	for _, step := range steps[:len(steps)-1] {
		g = g.Group(step)
	}
	v := hdf5.Value{Type: t, Raw: a.Data}
	if len(a.Shape) > 0 {
		v.Shape = a.Shape
	}
	d := g.AddDataset(steps[len(steps)-1], &hdf5.DatasetNode{Value: v})
	if a.DType == "bfloat16" {
		d.SetAttr("dtype", hdf5.UTF8("bfloat16"))
	}
	return nil
}

// maxAttribute is how many bytes of strings Keras writes into one attribute.
const maxAttribute = 64512

// setList writes a list of names, split over name0, name1, … when it is long.
func setList(g *hdf5.GroupNode, name string, list []string) {
	width := 0
	for _, s := range list {
		width = max(width, len(s))
	}
	if len(list)*width <= maxAttribute && len(list)*16 <= maxAttribute {
		g.SetAttr(name, hdf5.ASCIIList(list))
		return
	}
	per := max(1, min(maxAttribute/max(width, 1), maxAttribute/16))
	for i := 0; len(list) > 0; i++ {
		n := min(per, len(list))
		g.SetAttr(fmt.Sprint(name, i), hdf5.FixedList(list[:n]))
		list = list[n:]
	}
}
