package tensorflow

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// Names within the folder of a SavedModel.
const (
	SavedModelFile    = "saved_model.pb"
	KerasMetadataFile = "keras_metadata.pb"
	VariablesPrefix   = "variables/variables"
)

// Node is what a SavedModel says of an object beside its place in the graph.
type Node struct {
	ID         int
	Path       string // "root.layer-1"; "" in files of TensorFlow 2.4 and before
	Identifier string // what kind of object: "_tf_keras_sequential"
	Metadata   string // JSON
}

// SavedModel is the part of a SavedModel that tells what its objects are.
type SavedModel struct {
	Nodes             []Node // those with an identifier
	TensorFlowVersion string // "" when the nodes stand in a file of their own
}

// OpenSavedModel reads the nodes of the SavedModel whose folder fsys is:
// from keras_metadata.pb where there is one (TensorFlow 2.5 and on), else from
// saved_model.pb.
func OpenSavedModel(fsys fs.FS, limits Limits) (*SavedModel, error) {
	limits = limits.withDefaults()
	m, file := &SavedModel{}, KerasMetadataFile
	data, err := readFile(fsys, file, limits.ProtoBytes, "ProtoBytes")
	parse := m.parseMetadata
	if errors.Is(err, fs.ErrNotExist) {
		file, parse = SavedModelFile, m.parseSavedModel
		data, err = readFile(fsys, file, limits.ProtoBytes, "ProtoBytes")
	}
	if err != nil {
		return nil, err
	}
	budget := limits.Entries
	if err := parse(data, &budget, limits); err != nil {
		var limit *LimitError
		if errors.As(err, &limit) {
			limit.File = file
			return nil, limit
		}
		return nil, &FormatError{File: file, What: "protocol buffer", Err: err}
	}
	return m, nil
}

// parseMetadata reads a SavedMetadata (keras/protobuf/saved_metadata.proto).
func (m *SavedModel) parseMetadata(data []byte, budget *int, limits Limits) error {
	return message(data, func(f field) error {
		if f.number != 1 {
			return nil
		}
		var n Node
		err := message(f.bytes, func(f field) error {
			switch f.number {
			case 2:
				n.ID = int(int32(f.value))
			case 3:
				n.Path = f.text()
			case 4:
				n.Identifier = f.text()
			case 5:
				n.Metadata = f.text()
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("node %d: %w", len(m.Nodes), err)
		}
		return m.add(n, budget, limits)
	})
}

func (m *SavedModel) add(n Node, budget *int, limits Limits) error {
	if err := spend(budget, limits); err != nil {
		return err
	}
	if !utf8.ValidString(n.Path) || !utf8.ValidString(n.Identifier) || !utf8.ValidString(n.Metadata) {
		return fmt.Errorf("node %d: text must be UTF-8", n.ID)
	}
	m.Nodes = append(m.Nodes, n)
	return nil
}

// below walks the messages that stand at a path of field numbers.
func below(data []byte, path []int, visit func([]byte) error) error {
	if len(path) == 0 {
		return visit(data)
	}
	return message(data, func(f field) error {
		if int(f.number) != path[0] {
			return nil
		}
		return below(f.bytes, path[1:], visit)
	})
}

// parseSavedModel reads the objects of a SavedModel
// (tensorflow/core/protobuf/saved_model.proto, saved_object_graph.proto).
func (m *SavedModel) parseSavedModel(data []byte, budget *int, limits Limits) error {
	if err := below(data, []int{2, 1, 5}, func(version []byte) error { // meta_graphs, meta_info_def, tensorflow_version
		m.TensorFlowVersion = strings.ToValidUTF8(string(version), "?")
		return nil
	}); err != nil {
		return err
	}
	id := 0
	return below(data, []int{2, 7, 1}, func(object []byte) error { // meta_graphs, object_graph_def, nodes
		if err := spend(budget, limits); err != nil {
			return err
		}
		n := Node{ID: id}
		id++
		err := below(object, []int{4}, func(user []byte) error {
			return message(user, func(f field) error {
				switch f.number {
				case 1:
					n.Identifier = f.text()
				case 3:
					n.Metadata = f.text()
				}
				return nil
			})
		})
		if err != nil {
			return fmt.Errorf("node %d: %w", n.ID, err)
		}
		if n.Identifier == "" {
			return nil
		}
		return m.add(n, budget, limits)
	})
}
