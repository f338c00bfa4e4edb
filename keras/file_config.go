package keras

import (
	"bytes"

	"github.com/kerasrun/kerasrun/internal/pyjson"
)

// openConfig reads a configuration and the weights that belong to it.
func (l *loader) openConfig(data []byte) (*Model, error) {
	if l.weights == "" && l.folder.FS == nil {
		return nil, &FormatError{What: "content", Wanted: "an HDF5 file or a zip archive", Received: "JSON; FromConfig takes a configuration"}
	}
	data, err := l.plainConfig(data)
	if err != nil {
		return nil, err
	}
	m, err := l.assemble(&Origin{Format: FormatConfig, Config: data})
	if err != nil || l.weights != "" {
		return m, err
	}
	pair, err := l.pairOf()
	if err != nil {
		return nil, err
	}
	f, err := l.folder.Open(pair)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w := &loader{file: pair, folder: l.folder, name: pair}
	if w.r, w.size, err = randomAccess(f, w); err != nil {
		return nil, err
	}
	w.partOf(l)
	out, err := w.weightsOnto(m)
	return out, within(pair, err)
}

// plainConfig is a configuration without what surrounds it in some files: JSON in
// a string of JSON, as json.dump(model.to_json(), file) leaves it, the marks of
// tuples, an object around it.
func (l *loader) plainConfig(data []byte) ([]byte, error) {
	data, err := l.plainString(data)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(data, []byte(`"items"`)) && !bytes.Contains(data, []byte(`"model_config"`)) {
		return data, nil
	}
	tree, err := l.parseConfig(data)
	if err != nil {
		return nil, err
	}
	if inner, ok := tree["model_config"].(map[string]any); ok && tree["class_name"] == nil {
		for _, key := range []string{"keras_version", "backend"} {
			if tree[key] != nil && inner[key] == nil {
				inner[key] = tree[key]
			}
		}
		tree = inner
	}
	return pyjson.Marshal(withoutTuples(tree))
}

// plainString takes JSON out of the strings of JSON that it stands in.
func (l *loader) plainString(data []byte) ([]byte, error) {
	for range 2 {
		if !bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
			break
		}
		v, err := parseJSON(data, l.limits)
		if err != nil {
			return nil, err
		}
		s, _ := v.(string)
		data = []byte(s)
	}
	return data, nil
}
