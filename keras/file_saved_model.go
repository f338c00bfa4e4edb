package keras

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/layers"
)

// openSavedModel reads a SavedModel of Keras 2 (TensorFlow 2.0 to 2.15): the
// configuration is JSON that Keras left with the objects, the weights are a
// checkpoint (keras/saving/legacy/saved_model/load.py).
func (l *loader) openSavedModel() (*Model, error) {
	if !l.folder.has(tensorflow.SavedModelFile) && !l.folder.has(tensorflow.KerasMetadataFile) {
		return nil, &FormatError{What: "folder", Wanted: tensorflow.SavedModelFile + " in it", Received: l.contents()}
	}
	saved, err := tensorflow.OpenSavedModel(l.folder, l.tensorflow())
	if err != nil {
		return nil, err
	}
	root, err := rootOf(saved)
	if err != nil {
		return nil, err
	}
	meta, err := l.parseConfig([]byte(root.Metadata))
	if err != nil {
		return nil, within("metadata of the model", err)
	}
	o := &Origin{Format: FormatSavedModel}
	o.KerasVersion, _ = meta["keras_version"].(string)
	o.Backend, _ = meta["backend"].(string)
	config, _ := meta["model_config"].(map[string]any)
	if config == nil {
		config = map[string]any{"class_name": meta["class_name"], "config": meta["config"]}
	}
	if c, _ := config["config"].(map[string]any); root.Identifier == "_tf_keras_model" && c["layers"] == nil {
		return nil, &UnsupportedError{Problems: []layers.Problem{{
			Where: fmt.Sprintf("model (%v)", config["class_name"]), What: "a subclass of Model: what it computes is a Python program that is not in the file"}}}
	}
	if o.Config, err = pyjson.Marshal(withoutTuples(config)); err != nil {
		return nil, err
	}
	if training := meta["training_config"]; training != nil {
		if o.TrainingConfig, err = pyjson.Marshal(withoutTuples(training)); err != nil {
			return nil, err
		}
	}
	m, err := l.assemble(o)
	if err != nil || l.weights != "" {
		return m, err
	}
	b, err := tensorflow.OpenBundle(l.folder, tensorflow.VariablesPrefix, l.tensorflow())
	if err != nil {
		return nil, err
	}
	if o.TrainingConfig != nil {
		o.Notes = append(o.Notes, "the optimizer's variables of a SavedModel are not read: training goes on with fresh ones")
	}
	return m, l.objectWeights(b, m)
}

// rootOf finds the model among the objects.
func rootOf(saved *tensorflow.SavedModel) (tensorflow.Node, error) {
	for _, n := range saved.Nodes {
		if n.ID == 0 && strings.HasPrefix(n.Identifier, "_tf_keras_") && n.Metadata != "" {
			return n, nil
		}
	}
	what := "a SavedModel without Keras' metadata: a graph of TensorFlow operations, in which no layers are left"
	if saved.TensorFlowVersion != "" {
		what += " (written by TensorFlow " + saved.TensorFlowVersion + ")"
	}
	return tensorflow.Node{}, &UnsupportedError{Problems: []layers.Problem{{What: what}}}
}

// tensorflow is the limits as that package has them.
func (l *loader) tensorflow() tensorflow.Limits {
	return tensorflow.Limits{ProtoBytes: l.limits.ConfigBytes, TableBytes: l.limits.ConfigBytes, Entries: l.limits.Nodes}
}
