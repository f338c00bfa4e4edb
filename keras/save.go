package keras

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/internal/atomicfile"
)

// Save writes the model to a file, in the format that its name asks for: .h5 or
// .hdf5 (configuration, weights, training configuration, optimizer), .keras (the
// same as an archive) or .weights.h5 (weights alone). A Keras 2 model is written
// as Keras 2 writes it, any other as Keras 3 does; Modernize makes a Keras 3 model
// of a Keras 2 one.
//
// The file appears whole or not at all: it is written beside the target, brought
// to disk and then renamed.
func (m *Model) Save(path string) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		if err := m.Write(w, format); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

// Write writes the model to w in one of the formats that Save knows.
func (m *Model) Write(w io.Writer, format Format) error {
	if format == FormatKeras && m.origin.Era == 3 && !namesModules(m.config) {
		var err error
		if m, err = m.Modernize(); err != nil {
			return err
		}
	}
	s, err := m.saver()
	if err != nil {
		return err
	}
	var known []string
	for _, f := range formats {
		if f.write == nil {
			continue
		}
		if f.name == format {
			return f.write(s, w)
		}
		known = append(known, strconv.Quote(string(f.name)))
	}
	return fmt.Errorf("format must be one of %s, received %q", strings.Join(known, ", "), format)
}

// saver writes one model in the spelling of its era.
type saver struct {
	m       *Model
	era     int // 2 or 3
	version string
	root    map[string]any // configuration: class_name, config, …
	config  []byte         // the same as text
}

// What files say that wrote them when nothing better is known.
const (
	keras2Version = "2.15.0"
	keras3Version = "3.15.1"
)

func (m *Model) saver() (*saver, error) {
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	s := &saver{m: e.m, era: e.era, version: e.m.origin.KerasVersion, root: e.root, config: e.m.origin.Config}
	if s.version == "" {
		if s.version = keras3Version; s.era == 2 {
			s.version = keras2Version
		}
	}
	return s, nil
}
