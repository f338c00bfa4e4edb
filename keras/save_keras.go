package keras

import (
	"archive/zip"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/layers"
)

// writeArchive writes a .keras (keras/src/saving/saving_lib.py): a zip whose
// members are stored, not compressed.
func (s *saver) writeArchive(w io.Writer) error {
	z := zip.NewWriter(w)
	member := func(name string, write func(io.Writer) error) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: archiveTime})
		if err != nil {
			return err
		}
		return write(f)
	}
	text := func(data []byte) func(io.Writer) error {
		return func(f io.Writer) error { _, err := f.Write(data); return err }
	}
	config, err := s.archiveConfig()
	if err != nil {
		return err
	}
	meta := fmt.Sprintf(`{"keras_version": %q, "date_saved": "%s"}`, s.version, archiveTime.Format("2006-01-02@15:04:05"))
	if err := member("metadata.json", text([]byte(meta))); err != nil {
		return err
	}
	if err := member("config.json", text(config)); err != nil {
		return err
	}
	if err := member("model.weights.h5", s.writeTree); err != nil {
		return err
	}
	names := make([]string, 0, len(s.m.origin.Assets))
	for n := range s.m.origin.Assets {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if err := member(n, text(s.m.origin.Assets[n])); err != nil {
			return err
		}
	}
	return z.Close()
}

// archiveTime is the date of every member, the earliest a zip can hold, so that
// equal models make equal files.
var archiveTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// archiveConfig is the configuration with modules at the root and the training
// configuration inside.
func (s *saver) archiveConfig() ([]byte, error) {
	config := map[string]any{}
	for k, v := range s.root {
		config[k] = v
	}
	if config["module"] == nil {
		config["module"], config["registered_name"] = "keras", nil
		if class := config["class_name"]; class == "Functional" || class == "Model" {
			config["class_name"] = "Functional"
			config["registered_name"] = "Functional"
			if config["module"] = "keras.src.models.functional"; s.era == 2 {
				config["module"] = "keras.src.engine.functional"
			}
		}
	}
	delete(config, "compile_config")
	training, err := s.trainingArchive()
	if err != nil {
		return nil, err
	}
	if training != nil {
		config["compile_config"] = training
	}
	return pyjson.Marshal(config)
}

// writeTree writes weights as a .weights.h5 and the archive's own file hold
// them: numbered datasets in a group vars for each layer.
func (s *saver) writeTree(w io.Writer) error {
	root := &hdf5.GroupNode{}
	s.vars(root, s.m.Name())
	tree := root.Group("layers")
	used := map[string]int{}
	for _, l := range s.m.root.Layers() {
		if s.m.implicitInput(l) {
			continue
		}
		name := layers.SnakeCase(l.Base().Class)
		if n := used[name]; n > 0 {
			name = fmt.Sprintf("%s_%d", name, n)
		}
		used[layers.SnakeCase(l.Base().Class)]++
		s.vars(tree.Group(name), l.Base().Name)
	}
	next := map[string]int{}
	for i, place := range s.m.places {
		path := s.treePath(place.Path)
		name := fmt.Sprint(next[path])
		if next[path]++; place.Name == idfName {
			name = idfName
		}
		if err := addWeight(root, path+"/vars/"+name, &s.m.weights[s.m.slots[i]]); err != nil {
			return err
		}
	}
	if training, err := s.trainingArchive(); err != nil {
		return err
	} else if training != nil && len(s.m.origin.Optimizer) > 0 {
		vars := s.vars(root.Group("optimizer"), "optimizer")
		for i, a := range s.optimizer() {
			if err := addArray(vars, fmt.Sprint(i), a); err != nil {
				return err
			}
		}
	}
	return hdf5.Write(w, root)
}

// treePath is the path of the object that owns a weight. Keras 2 names the
// parts of a MultiHeadAttention by its private attributes.
func (s *saver) treePath(path string) string {
	if s.era != 2 {
		return path
	}
	steps := strings.Split(path, "/")
	for i, step := range steps {
		switch step {
		case "query_dense", "key_dense", "value_dense", "output_dense":
			if i > 0 && strings.HasPrefix(steps[i-1], "multi_head_attention") {
				steps[i] = "_" + step
			}
		}
	}
	return strings.Join(steps, "/")
}

// vars adds the group vars of an object, with its name as Keras 3 notes it.
func (s *saver) vars(g *hdf5.GroupNode, name string) *hdf5.GroupNode {
	v := g.Group("vars")
	if s.era == 3 {
		v.SetAttr("name", hdf5.UTF8(name))
	}
	return v
}
