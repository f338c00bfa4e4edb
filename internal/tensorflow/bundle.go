package tensorflow

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Bundle is a checkpoint: tensors by name.
type Bundle struct {
	fsys    fs.FS
	prefix  string
	limits  Limits
	shards  int
	big     bool // big-endian
	tensors map[string]*Tensor
	names   []string
}

// IndexSuffix is what the name of a bundle's index ends in.
const IndexSuffix = ".index"

// OpenBundle reads the index of the bundle prefix.index in fsys. The shards
// beside it are opened when a tensor is read.
func OpenBundle(fsys fs.FS, prefix string, limits Limits) (*Bundle, error) {
	b := &Bundle{fsys: fsys, prefix: prefix, limits: limits.withDefaults(), tensors: map[string]*Tensor{}}
	file := prefix + IndexSuffix
	data, err := readFile(fsys, file, b.limits.TableBytes, "TableBytes")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FormatError{File: file, What: "index of the checkpoint", Wanted: "in the folder", Received: "no such file"}
	}
	if err != nil {
		return nil, err
	}
	pairs, err := readTable(file, data, b.limits)
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 || pairs[0].key != "" {
		return nil, &FormatError{File: file, What: "first key", Wanted: "empty, that of the header", Received: "another"}
	}
	if err := b.header(pairs[0].value); err != nil {
		return nil, err
	}
	for _, p := range pairs[1:] {
		t, err := parseTensor(p.key, p.value)
		if err == nil && t.shard >= b.shards {
			err = fmt.Errorf("shard must be below %d, received %d", b.shards, t.shard)
		}
		if err != nil {
			return nil, &FormatError{File: file, Place: fmt.Sprintf("entry %q", shortKey([]byte(p.key))), What: "tensor", Err: err}
		}
		b.tensors[p.key] = t
		b.names = append(b.names, p.key)
	}
	return b, nil
}

// header reads a BundleHeaderProto (tensorflow/core/protobuf/tensor_bundle.proto).
func (b *Bundle) header(data []byte) error {
	file := b.prefix + IndexSuffix
	shards, endianness := uint64(0), uint64(0)
	err := message(data, func(f field) error {
		switch f.number {
		case 1:
			shards = f.value
		case 2:
			endianness = f.value
		}
		return nil
	})
	if err != nil {
		return &FormatError{File: file, Place: "header", What: "protocol buffer", Err: err}
	}
	if shards > uint64(b.limits.Shards) {
		return &LimitError{File: file, Place: "header", Limit: "Shards", Max: uint64(b.limits.Shards), Asked: shards}
	}
	if shards == 0 || endianness > 1 {
		return &FormatError{File: file, Place: "header", What: "shards and endianness", Wanted: "from 1, and 0 or 1", Received: fmt.Sprint(shards, " and ", endianness)}
	}
	b.shards, b.big = int(shards), endianness == 1
	return nil
}

// Names lists the tensors in the order of the index.
func (b *Bundle) Names() []string { return b.names }

// Tensor returns the tensor of that name.
func (b *Bundle) Tensor(name string) (*Tensor, bool) {
	t, ok := b.tensors[name]
	return t, ok
}

// shard is the name of a file of tensors.
func (b *Bundle) shard(n int) string {
	return fmt.Sprintf("%s.data-%05d-of-%05d", b.prefix, n, b.shards)
}

// File is the name of the file that holds a tensor.
func (b *Bundle) File(t *Tensor) string { return b.shard(t.shard) }

func (b *Bundle) wrong(t *Tensor, what, wanted, received string) error {
	return &FormatError{File: b.shard(t.shard), Place: fmt.Sprintf("tensor %q", t.Name), What: what, Wanted: wanted, Received: received}
}

// Check reports whether the shard holds all bytes of a tensor, before memory is
// taken for it.
func (b *Bundle) Check(t *Tensor) error {
	_, closer, err := b.section(t)
	if err != nil {
		return err
	}
	return closer.Close()
}

// section opens a tensor's bytes, which must lie within its shard.
func (b *Bundle) section(t *Tensor) (io.Reader, io.Closer, error) {
	if t.slices > 0 {
		return nil, nil, &UnsupportedError{File: b.prefix + IndexSuffix, Place: fmt.Sprintf("tensor %q", t.Name), What: "a variable split into slices"}
	}
	f, err := b.fsys.Open(b.shard(t.shard))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &FormatError{File: b.shard(t.shard), What: "shard", Wanted: "beside the index", Received: "no such file"}
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := b.seek(f, t)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return r, f, nil
}

func (b *Bundle) seek(f fs.File, t *Tensor) (io.Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if size := info.Size(); t.offset > size || t.size > size-t.offset {
		return nil, b.wrong(t, "end", fmt.Sprintf("within the %d bytes of the shard", size), fmt.Sprint(uint64(t.offset)+uint64(t.size)))
	}
	if r, ok := f.(io.ReaderAt); ok {
		return io.NewSectionReader(r, t.offset, t.size), nil
	}
	if _, err := io.CopyN(io.Discard, f, t.offset); err != nil {
		return nil, err
	}
	return io.LimitReader(f, t.size), nil
}

// readFile reads a whole file within a limit.
func readFile(fsys fs.FS, name string, most int64, limit string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, &LimitError{File: name, Place: "file", Limit: limit, Max: uint64(most), Asked: uint64(most) + 1}
	}
	return data, nil
}
