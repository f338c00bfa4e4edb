package keras

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/layers"
)

// openArchive reads a .keras: a zip with config.json, metadata.json, the
// weights and perhaps assets.
func (l *loader) openArchive() (*Model, error) {
	a, err := l.openZip()
	if err != nil {
		return nil, err
	}
	config, ok, err := a.read("config.json", l.limits.ConfigBytes, "ConfigBytes")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &FormatError{What: "archive", Wanted: "a member config.json", Received: a.contents()}
	}
	o := &Origin{Format: FormatKeras, Config: config}
	if o.Metadata, _, err = a.read("metadata.json", l.limits.ConfigBytes, "ConfigBytes"); err != nil {
		return nil, err
	}
	var meta struct {
		Version string `json:"keras_version"`
	}
	if len(o.Metadata) > 0 && json.Unmarshal(o.Metadata, &meta) == nil {
		o.KerasVersion = meta.Version
	}
	if o.Assets, err = a.below("assets/", l.limits.ConfigBytes); err != nil {
		return nil, err
	}
	m, err := l.assemble(o)
	if err != nil || l.weights != "" {
		return m, err
	}
	files, err := l.archiveFiles(a)
	if err != nil {
		return nil, err
	}
	if o.Optimizer, err = l.archiveOptimizer(files); err != nil {
		return nil, err
	}
	tree, err := treeOf(rootsOf(files))
	if err == nil {
		m, err = l.told(tree, m)
	}
	if err == nil {
		err = l.readTree(tree, m)
	}
	return m, within(files[0].name, err)
}

// archiveWeights sets the weights of a model from an archive.
func (l *loader) archiveWeights(a *archive, m *Model) error {
	files, err := l.archiveFiles(a)
	if err != nil {
		return err
	}
	return l.treeWeightsOf(files, m)
}

func (l *loader) treeWeightsOf(files []weightsFile, m *Model) error {
	return within(files[0].name, l.treeWeights(rootsOf(files), m))
}

func rootsOf(files []weightsFile) []*hdf5.Group {
	roots := make([]*hdf5.Group, len(files))
	for i, f := range files {
		roots[i] = f.root
	}
	return roots
}

// archiveOptimizer returns the optimizer's variables that an archive holds.
func (l *loader) archiveOptimizer(files []weightsFile) ([]Stored, error) {
	var all []Stored
	for _, f := range files {
		more, err := l.optimizerTree(f.root)
		if err != nil {
			return nil, within(f.name, err)
		}
		all = append(all, more...)
	}
	return all, nil
}

// weightsFile is a member of an archive that holds weights.
type weightsFile struct {
	name string
	root *hdf5.Group
}

// archiveFiles opens the weights of an archive: one HDF5 file, or several with
// an index.
func (l *loader) archiveFiles(a *archive) ([]weightsFile, error) {
	var names []string
	switch {
	case a.files["model.weights.h5"] != nil:
		names = []string{"model.weights.h5"}
	case a.files["model.weights.json"] != nil:
		var err error
		if names, err = l.shards(a); err != nil {
			return nil, err
		}
	case a.files["model.weights.npz"] != nil:
		return nil, &UnsupportedError{Problems: []layers.Problem{{Where: "model.weights.npz", What: "weights as pickled Python objects, which are programs"}}}
	default:
		return nil, &FormatError{What: "archive", Wanted: "a member model.weights.h5", Received: a.contents()}
	}
	files := make([]weightsFile, len(names))
	for i, name := range names {
		r, size, err := a.open(name)
		if err != nil {
			return nil, err
		}
		f, err := hdf5.Open(r, size, hdf5.Limits(l.limits.HDF5))
		if err != nil {
			return nil, within(name, err)
		}
		files[i] = weightsFile{name, f.Root()}
	}
	return files, nil
}

// shards lists the members that model.weights.json spreads the weights over.
func (l *loader) shards(a *archive) ([]string, error) {
	data, _, err := a.read("model.weights.json", l.limits.ConfigBytes, "ConfigBytes")
	if err != nil {
		return nil, err
	}
	index, err := l.parseConfig(data)
	if err != nil {
		return nil, within("model.weights.json", err)
	}
	weights, _ := index["weight_map"].(map[string]any)
	seen := map[string]bool{}
	var names []string
	add := func(v any) error {
		name, ok := v.(string)
		if !ok || a.files[name] == nil {
			return &FormatError{Path: "model.weights.json", What: "weight_map", Wanted: "names of members", Received: fmt.Sprintf("%v", v)}
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		return nil
	}
	for _, key := range layers.SortedKeys(weights) {
		list, isList := weights[key].([]any)
		if !isList {
			list = []any{weights[key]}
		}
		for _, v := range list {
			if err := add(v); err != nil {
				return nil, err
			}
		}
	}
	if len(names) == 0 {
		return nil, &FormatError{Path: "model.weights.json", What: "weight_map", Wanted: "names of members", Received: "none"}
	}
	return names, nil
}

// within sets the place inside the file in an error that has none.
func within(path string, err error) error {
	err = named("", err)
	var f *FormatError
	if errors.As(err, &f) && !strings.HasPrefix(f.Path, path) {
		f.Path = strings.TrimSuffix(path+": "+f.Path, ": ")
	}
	return err
}

// archive is a zip whose members are looked up by name and never extracted.
type archive struct {
	r      io.ReaderAt
	size   int64
	files  map[string]*zip.File
	limits Limits
	budget *budget
}

func (l *loader) openZip() (*archive, error) {
	z, err := zip.NewReader(l.r, l.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, &FormatError{What: "zip archive", Err: err}
	}
	if len(z.File) > l.limits.ZipMembers {
		return nil, &LimitError{Limit: "ZipMembers", Max: uint64(l.limits.ZipMembers), Asked: uint64(len(z.File))}
	}
	a := &archive{r: l.r, size: l.size, files: map[string]*zip.File{}, limits: l.limits, budget: l.budget}
	var total uint64
	for _, f := range z.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if a.files[name] != nil {
			return nil, &FormatError{Path: name, What: "archive members", Wanted: "different names", Received: "this one twice"}
		}
		a.files[name] = f
		if err := a.check(name, f, &total); err != nil {
			return nil, err
		}
	}
	if ratio := uint64(l.limits.ZipRatio); total > 64<<20 && total/ratio > uint64(l.size) {
		return nil, &LimitError{Limit: "ZipRatio", Max: ratio, Asked: total / uint64(max(l.size, 1))}
	}
	return a, nil
}

// check holds the sizes that a member declares against the limits. What is read
// later never exceeds what was declared.
func (a *archive) check(name string, f *zip.File, total *uint64) error {
	if f.Method == zip.Store && f.CompressedSize64 != f.UncompressedSize64 {
		return &FormatError{Path: name, What: "stored member: size", Wanted: fmt.Sprint(f.CompressedSize64), Received: fmt.Sprint(f.UncompressedSize64)}
	}
	if f.Flags&1 != 0 {
		return &UnsupportedError{Problems: []layers.Problem{{Where: name, What: "an encrypted member"}}}
	}
	*total += f.UncompressedSize64
	most := uint64(a.limits.ZipBytes)
	if f.UncompressedSize64 > most || *total > most {
		return &LimitError{Path: name, Limit: "ZipBytes", Max: most, Asked: max(*total, f.UncompressedSize64)}
	}
	if f.UncompressedSize64 > 64<<20 && f.UncompressedSize64/uint64(a.limits.ZipRatio) > f.CompressedSize64 {
		return &LimitError{Path: name, Limit: "ZipRatio", Max: uint64(a.limits.ZipRatio), Asked: f.UncompressedSize64 / max(f.CompressedSize64, 1)}
	}
	return nil
}

// open gives random access to a member: in place when it is stored, as Keras
// writes them, else unpacked into memory.
func (a *archive) open(name string) (io.ReaderAt, int64, error) {
	f := a.files[name]
	if f.Method == zip.Store {
		at, err := f.DataOffset()
		if err != nil {
			return nil, 0, &FormatError{Path: name, What: "zip member", Err: err}
		}
		if at > a.size || f.UncompressedSize64 > uint64(a.size-at) {
			return nil, 0, &FormatError{Path: name, What: "zip member", Wanted: fmt.Sprintf("at most the %d bytes left of the file", max(0, a.size-at)), Received: fmt.Sprint(f.UncompressedSize64)}
		}
		return io.NewSectionReader(a.r, at, int64(f.UncompressedSize64)), int64(f.UncompressedSize64), nil
	}
	data, _, err := a.read(name, a.limits.ZipBytes, "ZipBytes")
	return bytes.NewReader(data), int64(len(data)), err
}

// read returns a member's content, and whether there is such a member.
func (a *archive) read(name string, most int64, limit string) ([]byte, bool, error) {
	f := a.files[name]
	if f == nil {
		return nil, false, nil
	}
	if f.UncompressedSize64 > uint64(most) {
		return nil, false, &LimitError{Path: name, Limit: limit, Max: uint64(most), Asked: f.UncompressedSize64}
	}
	if err := a.budget.hold(name, int64(f.UncompressedSize64)); err != nil {
		return nil, false, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, false, &FormatError{Path: name, What: "zip member", Err: err}
	}
	defer r.Close()
	data, err := readAll(r, min(most, int64(f.UncompressedSize64)), limit, name)
	if err != nil {
		var l *LimitError
		if errors.As(err, &l) {
			return nil, false, err
		}
		return nil, false, &FormatError{Path: name, What: "zip member", Err: err}
	}
	return data, true, nil
}

// below returns the members whose names begin with prefix.
func (a *archive) below(prefix string, most int64) (map[string][]byte, error) {
	var out map[string][]byte
	for _, name := range layers.SortedKeys(a.files) {
		if !strings.HasPrefix(name, prefix) || strings.HasSuffix(name, "/") {
			continue
		}
		data, _, err := a.read(name, most, "ConfigBytes")
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[string][]byte{}
		}
		out[name] = data
	}
	return out, nil
}

// contents lists the members for a message.
func (a *archive) contents() string {
	names := layers.SortedKeys(a.files)
	if len(names) == 0 {
		return "an empty archive"
	}
	if len(names) > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return strings.Join(names, ", ")
}
