package hdf5

import "fmt"

// Attr is an attribute of a group or dataset.
type Attr struct {
	Name  string
	Shape []int // nil for a scalar, [0] for a null dataspace
	Null  bool  // the dataspace is null: h5py.Empty
	Type  Datatype

	path  string // of the object it belongs to
	file  *File
	n     int // elements
	raw   []byte
	start int64 // offset of raw in the file
}

// attribute decodes an attribute message (section IV.A.2.m).
func (f *File) attribute(c *cursor) (*Attr, error) {
	c.what = "attribute"
	version := c.u8()
	flags := c.u8()
	nameSize, typeSize, spaceSize := int(c.u16()), int(c.u16()), int(c.u16())
	if c.err == nil && (version < 1 || version > 3) {
		c.fail("version 1, 2 or 3", "%d", version)
	}
	if version == 1 {
		flags = 0
	}
	if version == 3 {
		c.skip(1) // character set of the name
	}
	part := func(what string, n int) *cursor {
		p := c.sub(what, n)
		if version == 1 {
			c.skip(-n & 7)
		}
		return p
	}
	name := part("attribute name", nameSize)
	dtype := part("datatype", typeSize)
	dspace := part("dataspace", spaceSize)
	if c.err != nil {
		return nil, c.err
	}
	var err error
	if flags&1 != 0 {
		if dtype, err = f.src.shared(dtype, msgDatatype); err != nil {
			return nil, err
		}
	}
	if flags&2 != 0 {
		if dspace, err = f.src.shared(dspace, msgDataspace); err != nil {
			return nil, err
		}
	}
	a := &Attr{Name: cut(name.b), file: f}
	if a.Type = datatype(dtype, 0); dtype.err != nil {
		return nil, dtype.err
	}
	sp, err := f.src.dataspace(dspace)
	if err != nil {
		return nil, err
	}
	a.Shape, a.Null, a.n = sp.shape(), sp.null, int(sp.points)
	size, ok := mulSize(sp.points, uint64(a.Type.Size))
	if limit := uint64(f.src.limits.AttributeBytes); !ok || size > limit {
		return nil, overLimit("AttributeBytes", limit, size)
	}
	a.start = c.offset + int64(c.pos)
	a.raw = c.bytes(int(size))
	return a, c.err
}

// String is the value of a scalar string, or of an array of one.
func (a *Attr) String() (string, error) {
	s, err := a.Strings()
	if err != nil {
		return "", err
	}
	if len(s) != 1 {
		return "", a.mismatch("one string", fmt.Sprintf("%d", len(s)))
	}
	return s[0], nil
}

// Strings is the value of an array of strings in row-major order, or of a
// scalar one. An attribute without elements is an empty list whatever its type:
// h5py writes an empty list as float64.
func (a *Attr) Strings() ([]string, error) {
	if a.n == 0 {
		return []string{}, nil
	}
	if a.Type.Class != ClassString {
		return nil, a.mismatch("a string", a.Type.String())
	}
	s, err := a.file.strings(a.Type, a.raw, a.n, a.start, a.file.src.limits.AttributeBytes)
	return s, at(a.where(), err)
}

// Int64s is the value of an attribute of integers, enums or booleans.
func (a *Attr) Int64s() ([]int64, error) {
	dst := make([]int64, a.n)
	conv, err := toInt64(a.Type)
	if err == nil {
		err = conv(dst, a.raw)
	}
	if err != nil {
		return nil, at(a.where(), err)
	}
	return dst, nil
}

// Float64s is the value of an attribute of floats or integers.
func (a *Attr) Float64s() ([]float64, error) {
	dst := make([]float64, a.n)
	conv, err := toFloat64(a.Type)
	if err != nil {
		return nil, at(a.where(), err)
	}
	conv(dst, a.raw)
	return dst, nil
}

// Bytes is the value as the file holds it; of strings of variable length that
// is a list of references. It must not be changed.
func (a *Attr) Bytes() []byte { return a.raw }

func (a *Attr) where() string { return a.path + "@" + a.Name }

func (a *Attr) mismatch(wanted, received string) error {
	return &FormatError{Path: a.where(), Offset: a.start, What: "attribute", Wanted: wanted, Received: received}
}
