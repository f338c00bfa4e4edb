package keras

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
)

// pairOf finds the weights that belong to a configuration: the one file of
// weights in its folder whose name differs from the configuration's by nothing
// but words such as "weights" and "architecture". A file that calls itself
// weights comes before one that does not, which may be a whole model.
func (l *loader) pairOf() (string, error) {
	entries, err := fs.ReadDir(l.folder, ".")
	if err != nil {
		return "", err
	}
	of, _ := nameWords(l.name)
	var found [2][]string // whole models, weights
	for _, e := range entries {
		if !isWeightsName(e.Name()) {
			continue
		}
		words, marked := nameWords(e.Name())
		if !slices.Equal(words, of) {
			continue
		}
		kind := 0
		if marked {
			kind = 1
		}
		found[kind] = append(found[kind], e.Name())
	}
	for _, list := range [][]string{found[1], found[0]} {
		if len(list) == 1 {
			return list[0], nil
		}
		if len(list) > 1 {
			return "", &FormatError{What: "weights of the configuration:", Wanted: "one file beside it, or a choice (WithWeights, --weights)", Received: shortList(list)}
		}
	}
	return "", &FormatError{What: "weights of the configuration:", Wanted: "a file of its name beside it, " + example(l.name) + ", or a choice (WithWeights, --weights)", Received: "none"}
}

// example is a name that pairOf would have found.
func example(name string) string {
	return strings.TrimSuffix(name, filepath.Ext(name)) + "_weights.h5"
}

func isWeightsName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".h5", ".hdf5", tensorflow.IndexSuffix:
		return true
	}
	return false
}

// nameWords splits a file's name into the words that tell which model it is, and
// reports whether it calls itself weights.
func nameWords(name string) (words []string, weights bool) {
	name = strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("._- ", r) }) {
		switch w {
		case "weights", "weight":
			weights = true
		case "model", "architecture", "arch", "config", "configuration", "json", "only", "structure":
		default:
			words = append(words, w)
		}
	}
	return words, weights
}
