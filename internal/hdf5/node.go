package hdf5

import (
	"encoding/binary"
	"fmt"
	"io"
)

// GroupNode is a group of a tree to be written with [Write].
type GroupNode struct {
	Attrs   []AttrNode
	Members []Member // names are unique; their order is not kept by the format written
}

// AttrNode is an attribute to be written. Encoded with its name and type it
// must stay below 64 KiB; strings of variable length count 16 bytes each.
type AttrNode struct {
	Name string
	Value
}

// Member is a named member of a group: Group or Dataset is set.
type Member struct {
	Name    string
	Group   *GroupNode
	Dataset *DatasetNode
}

// DatasetNode is a dataset to be written. Its elements are those of Value, or
// what Stream writes.
type DatasetNode struct {
	Value
	Attrs []AttrNode

	// Stream writes the elements, little-endian and row-major, exactly as many
	// bytes as type and shape make.
	Stream func(w io.Writer) error
}

// Value is a typed array: Strings where Type is a string, else Raw.
type Value struct {
	Type    Datatype
	Shape   []int // nil for a scalar
	Null    bool  // no elements and no shape: h5py.Empty
	Raw     []byte
	Strings []string
}

// SetAttr sets an attribute, in the place of one of the same name if there is.
func (g *GroupNode) SetAttr(name string, v Value) { g.Attrs = setAttr(g.Attrs, name, v) }

// SetAttr sets an attribute, in the place of one of the same name if there is.
func (d *DatasetNode) SetAttr(name string, v Value) { d.Attrs = setAttr(d.Attrs, name, v) }

func setAttr(attrs []AttrNode, name string, v Value) []AttrNode {
	for i := range attrs {
		if attrs[i].Name == name {
			attrs[i].Value = v
			return attrs
		}
	}
	return append(attrs, AttrNode{name, v})
}

// Group returns the member group of the name, adding it if there is none.
func (g *GroupNode) Group(name string) *GroupNode {
	for _, m := range g.Members {
		if m.Name == name && m.Group != nil {
			return m.Group
		}
	}
	child := &GroupNode{}
	g.Members = append(g.Members, Member{Name: name, Group: child})
	return child
}

// AddDataset adds a member dataset.
func (g *GroupNode) AddDataset(name string, d *DatasetNode) *DatasetNode {
	g.Members = append(g.Members, Member{Name: name, Dataset: d})
	return d
}

// UTF8 is a scalar string of variable length marked UTF-8: what h5py makes of a
// Python str.
func UTF8(s string) Value {
	return Value{Type: Datatype{Class: ClassString, VarLen: true, UTF8: true, Size: 16}, Strings: []string{s}}
}

// ASCII is a scalar string of variable length marked ASCII: what h5py makes of
// Python bytes, which may well hold UTF-8.
func ASCII(s string) Value {
	return Value{Type: Datatype{Class: ClassString, VarLen: true, Size: 16}, Strings: []string{s}}
}

// ASCIIList is a list of strings of variable length marked ASCII, or an
// [EmptyList].
func ASCIIList(list []string) Value {
	if len(list) == 0 {
		return EmptyList()
	}
	return Value{Type: Datatype{Class: ClassString, VarLen: true, Size: 16}, Shape: []int{len(list)}, Strings: list}
}

// FixedList is a list of strings of one fixed length, padded with NULs: what
// h5py makes of a NumPy array of bytes; or an [EmptyList].
func FixedList(list []string) Value {
	if len(list) == 0 {
		return EmptyList()
	}
	size := 1
	for _, s := range list {
		size = max(size, len(s))
	}
	return Value{Type: Datatype{Class: ClassString, Padding: NullPadded, Size: size}, Shape: []int{len(list)}, Strings: list}
}

// EmptyList is an array of no float64: what h5py makes of an empty Python list.
func EmptyList() Value {
	return Value{Type: Datatype{Class: ClassFloat, Size: 8, Format: "float64"}, Shape: []int{0}}
}

// Int64 is a scalar.
func Int64(v int64) Value {
	return Value{Type: Datatype{Class: ClassInteger, Size: 8, Signed: true}, Raw: binary.LittleEndian.AppendUint64(nil, uint64(v))}
}

// dtypes are the datatypes h5py gives NumPy's dtypes.
var dtypes = map[string]Datatype{
	"float16":  {Class: ClassFloat, Size: 2, Format: "float16"},
	"float32":  {Class: ClassFloat, Size: 4, Format: "float32"},
	"float64":  {Class: ClassFloat, Size: 8, Format: "float64"},
	"bfloat16": {Class: ClassOpaque, Size: 2},
	"int8":     {Class: ClassInteger, Size: 1, Signed: true},
	"int16":    {Class: ClassInteger, Size: 2, Signed: true},
	"int32":    {Class: ClassInteger, Size: 4, Signed: true},
	"int64":    {Class: ClassInteger, Size: 8, Signed: true},
	"uint8":    {Class: ClassInteger, Size: 1},
	"uint16":   {Class: ClassInteger, Size: 2},
	"uint32":   {Class: ClassInteger, Size: 4},
	"uint64":   {Class: ClassInteger, Size: 8},
	"bool": {Class: ClassEnum, Size: 1,
		Base:    &Datatype{Class: ClassInteger, Size: 1, Signed: true},
		Members: []EnumMember{{"FALSE", 0}, {"TRUE", 1}}},
}

// TypeOf is the datatype h5py gives a NumPy dtype: float16, float32, float64,
// int8 to int64, uint8 to uint64, bool, and bfloat16, which is opaque.
func TypeOf(dtype string) (Datatype, error) {
	t, ok := dtypes[dtype]
	if !ok {
		return t, fmt.Errorf("hdf5: dtype must be float16 to float64, bfloat16, int8 to int64, uint8 to uint64 or bool, received %q", dtype)
	}
	return t, nil
}
