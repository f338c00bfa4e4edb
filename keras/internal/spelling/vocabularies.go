package spelling

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// Vocabularies writes the vocabularies that an archive holds as files, by their
// names, into the layers of an upgraded configuration that have none. Keras keeps
// them where it keeps weights: at a path made of attributes, and of class names
// numbered within a list (keras/src/saving/saving_lib.py). hold, if any, is told
// the memory that each takes, those in the configuration too, before it is taken.
func Vocabularies(model Spec, era int, assets map[string][]byte, hold func(file string, bytes int64) error) error {
	v := newVocabularies(era, assets)
	if hold != nil {
		v.hold = hold
	}
	return v.layer(model, "assets")
}

// WithoutVocabularies undoes Vocabularies, for a configuration beside which the files
// will stand again.
func WithoutVocabularies(model Spec, era int, assets map[string][]byte) {
	v := newVocabularies(era, assets)
	v.undo = true
	_ = v.layer(model, "assets") // which has nothing to fail at
}

type vocabularies struct {
	era    int
	undo   bool
	files  map[string]string // in the archive, by name as Keras 3 has it
	assets map[string][]byte
	hold   func(file string, bytes int64) error
}

func newVocabularies(era int, assets map[string][]byte) *vocabularies {
	v := &vocabularies{era: era, files: map[string]string{}, assets: assets, hold: func(string, int64) error { return nil }}
	for name := range assets {
		// Keras 2.13 and 2.14 have another word for the list of layers.
		v.files[strings.ReplaceAll(name, "_layer_checkpoint_dependencies/", "layers/")] = name
	}
	return v
}

// layer looks for the vocabularies of a layer, whose folder is known, and of those
// in it.
func (v *vocabularies) layer(spec Spec, folder string) error {
	config, ok := spec["config"].(map[string]any)
	if !ok {
		return nil
	}
	if given, takes := config["vocabulary"]; takes {
		return v.vocabulary(spec, config, given, folder)
	}
	if inner, ok := config["layer"].(map[string]any); ok {
		return v.layer(inner, folder+"/layer")
	}
	list, _ := config["layers"].([]any)
	used := map[string]int{}
	for _, l := range list {
		inner, ok := l.(map[string]any)
		if !ok {
			continue
		}
		class, _ := inner["class_name"].(string)
		if err := v.layer(inner, folder+"/layers/"+layers.SavedName(class, used)); err != nil {
			return err
		}
	}
	return nil
}

// perToken is the memory of a token beside its text: in the configuration, in the
// layer and in its table.
const perToken = 128

// vocabulary fills one in, counts one that is there, or takes one out.
func (v *vocabularies) vocabulary(spec, config Spec, given any, folder string) error {
	file, stored := v.files[folder+"/vocabulary.txt"]
	list, listed := given.([]any)
	switch {
	case v.undo && stored:
		tokens, _ := v.tokens(spec, file)
		if slices.Equal(tokens, list) {
			config["vocabulary"] = nil
		}
	case v.undo:
	case listed:
		return v.hold(folder, perToken*int64(len(list)))
	case given == nil && stored:
		tokens, err := v.tokens(spec, file)
		if err != nil || tokens == nil {
			return err
		}
		config["vocabulary"] = tokens
	}
	return nil
}

// tokens reads a file of tokens, nil where it holds none.
func (v *vocabularies) tokens(spec Spec, file string) ([]any, error) {
	text := withLineFeeds(string(v.assets[file]), v.era)
	if err := v.hold(file, perToken*int64(1+strings.Count(text, "\n"))); err != nil || text == "" {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	tokens := make([]any, len(lines))
	for i, line := range lines {
		tokens[i] = line
		if spec["class_name"] == "IntegerLookup" {
			tokens[i] = json.Number(strings.TrimSpace(line))
		}
	}
	return tokens, nil
}

// withLineFeeds ends lines as Python understands them by line feeds. Keras 3 takes
// all that ends a line in Unicode, and leaves out empty lines at the end.
func withLineFeeds(text string, era int) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if era < 3 {
		return text
	}
	text = strings.NewReplacer("\v", "\n", "\f", "\n", "\x1c", "\n", "\x1d", "\n", "\x1e", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.TrimRight(text, "\n")
}
