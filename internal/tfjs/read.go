package tfjs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Model is the folder of a model.
type Model struct {
	Format      string          // "layers-model", "graph-model" or "" in early files
	GeneratedBy string          // "keras v2.7.0"; "" when the file does not say
	Topology    json.RawMessage // modelTopology: JSON, as it stands in the file
	Weights     []Weight        // in the order of the manifest

	fsys   fs.FS
	file   string
	limits Limits
	paths  [][]string // of each group
}

// Is reports whether the beginning of a JSON object reads like a model.json.
func Is(data []byte) bool {
	var doc struct {
		Topology json.RawMessage `json:"modelTopology"`
		Manifest json.RawMessage `json:"weightsManifest"`
	}
	return json.Unmarshal(data, &doc) == nil && (doc.Topology != nil || doc.Manifest != nil)
}

// Open reads a model.json and checks its manifest. Shards are opened when a
// weight is read; they stand in the same folder of fsys.
func Open(fsys fs.FS, name string, limits Limits) (*Model, error) {
	m := &Model{fsys: fsys, file: name, limits: limits.withDefaults()}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, m.limits.JSONBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > m.limits.JSONBytes {
		return nil, &LimitError{File: name, Limit: "JSONBytes", Max: uint64(m.limits.JSONBytes), Asked: uint64(m.limits.JSONBytes) + 1}
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, &FormatError{File: name, What: "JSON", Err: err}
	}
	if doc.Format == "graph-model" {
		return nil, &UnsupportedError{File: name, What: "a graph model: a graph of TensorFlow operations without layers"}
	}
	if len(doc.Topology) == 0 || string(doc.Topology) == "null" {
		return nil, &UnsupportedError{File: name, What: "weights without a modelTopology"}
	}
	m.Format, m.GeneratedBy, m.Topology = doc.Format, doc.By, doc.Topology
	return m, m.list(doc.Manifest)
}

// Check reports whether the shards hold all bytes of a weight, before memory is
// taken for it.
func (m *Model) Check(w *Weight) error {
	_, err := m.parts(w)
	return err
}

// raw reads a weight's bytes, which may stand in several shards.
func (m *Model) raw(w *Weight) ([]byte, error) {
	parts, err := m.parts(w)
	if err != nil {
		return nil, err
	}
	out := make([]byte, w.size) // no more than the shards have
	rest := out
	for _, p := range parts {
		n := p.size
		if err := m.readPart(p, rest[:n]); err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return out, nil
}

// part is a stretch of a shard.
type part struct {
	file         string
	offset, size int64
}

// parts finds the stretches of shards that hold a weight.
func (m *Model) parts(w *Weight) ([]part, error) {
	var out []part
	start, left := w.offset, w.size
	for _, p := range m.paths[w.group] {
		if left == 0 {
			break
		}
		file := path.Join(path.Dir(m.file), p)
		info, err := fs.Stat(m.fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &FormatError{File: file, What: "shard", Wanted: "beside " + path.Base(m.file), Received: "no such file"}
		}
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, &FormatError{File: file, What: "shard", Wanted: "a file", Received: info.Mode().Type().String()}
		}
		size := info.Size()
		if start >= size {
			start -= size
			continue
		}
		n := min(left, size-start)
		out = append(out, part{file, start, n})
		start, left = 0, left-n
	}
	if left > 0 {
		return nil, &FormatError{File: m.file, Place: fmt.Sprintf("weight %q", w.Name), What: "shards", Wanted: fmt.Sprintf("with the %d bytes of it", w.size), Received: fmt.Sprintf("%d of them", w.size-left)}
	}
	return out, nil
}

func (m *Model) readPart(p part, dst []byte) error {
	f, err := m.fsys.Open(p.file)
	if err != nil {
		return err
	}
	defer f.Close()
	if r, ok := f.(io.ReaderAt); ok {
		_, err = io.ReadFull(io.NewSectionReader(r, p.offset, p.size), dst)
		return err
	}
	if _, err := io.CopyN(io.Discard, f, p.offset); err != nil {
		return err
	}
	_, err = io.ReadFull(f, dst)
	return err
}
