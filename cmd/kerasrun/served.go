package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// servedModel is a model that serve is asked for.
type servedModel struct {
	Name   string
	Path   string
	Labels map[string]int64
}

// served is what the file that --config names holds.
type served struct {
	Models []servedModel
	Custom map[string]string // files that say what custom classes are, by class
}

// unknownFields says which fields there are.
var unknownFields = strings.NewReplacer(" in type main.servedModel", " of a model: there are name, path and labels",
	" in type main.served", ": there are models and custom")

// readServed reads that file. Paths in it are relative to it.
func readServed(file string) (*served, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	config := &served{}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	switch err := d.Decode(config); {
	case errors.Is(err, io.EOF), err == nil && len(config.Models) == 0:
		return nil, fmt.Errorf("%s: wanted models, received none", file)
	case err != nil:
		return nil, fmt.Errorf("%s: %s", file, unknownFields.Replace(err.Error()))
	}
	for i := range config.Models {
		m := &config.Models[i]
		if m.Path == "" {
			return nil, fmt.Errorf("%s: model %d: wanted a path, received none", file, i+1)
		}
		if m.Name == "" {
			m.Name = modelName(m.Path)
		}
		m.Path = beside(file, m.Path)
	}
	for class, path := range config.Custom {
		config.Custom[class] = beside(file, path)
	}
	return config, nil
}

// beside is a path in a file, relative to it.
func beside(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// checkServed finds all that is wrong with names before anything is loaded.
func checkServed(all []servedModel) error {
	var wrong []error
	paths := map[string]string{}
	for _, m := range all {
		if m.Name == "" || strings.ContainsAny(m.Name, "/:%?#") {
			wrong = append(wrong, fmt.Errorf("model %q at %s: wanted a name without any of /:%%?#; NAME=PATH gives it one", m.Name, m.Path))
		}
		if other, taken := paths[m.Name]; taken {
			wrong = append(wrong, fmt.Errorf("model %q is both %s and %s; NAME=PATH gives one another name", m.Name, other, m.Path))
		}
		paths[m.Name] = m.Path
	}
	return errors.Join(wrong...)
}
