package hdf5

import (
	"fmt"
	"unsafe"
)

// Dataset is a handle on a dataset.
type Dataset struct {
	file   *File
	obj    *object
	path   string
	dtype  Datatype
	space  space
	layout layout
	filter []filter
	grid   grid // of chunks
	fill   []byte
	bytes  int64
	brain  bool // 2-byte opaque elements are bfloat16
}

// dataset decodes the header of a dataset and checks what it declares.
func (f *File) dataset(o *object, path string) (*Dataset, error) {
	d := &Dataset{file: f, obj: o, path: path}
	wanted := map[uint16]*cursor{msgDatatype: nil, msgDataspace: nil, msgLayout: nil}
	if o.find(msgExternal) != nil {
		return nil, unsupported("external data files")
	}
	for kind := range wanted {
		m := o.find(kind)
		if m == nil {
			return nil, broken("dataset", f.src.base+int64(o.addr), "a datatype, a dataspace and a layout", "no message of type %d", kind)
		}
		c, err := f.src.resolve(m)
		if err != nil {
			return nil, err
		}
		wanted[kind] = c
	}
	c := wanted[msgDatatype]
	if d.dtype = datatype(c, 0); c.err != nil {
		return nil, c.err
	}
	var err error
	if d.space, err = f.src.dataspace(wanted[msgDataspace]); err != nil {
		return nil, err
	}
	if d.layout, err = readLayout(wanted[msgLayout]); err != nil {
		return nil, err
	}
	if d.fill, err = f.src.fillValue(o.header); err != nil {
		return nil, err
	}
	if d.filter, err = f.src.filters(o.header); err != nil {
		return nil, err
	}
	return d, d.check()
}

// check holds the dataset against the limits and against the bytes stored.
func (d *Dataset) check() error {
	s := d.file.src
	start := s.base + int64(d.obj.addr)
	size, ok := mulSize(d.space.points, uint64(d.dtype.Size))
	if limit := s.limits.DatasetBytes; !ok || size > uint64(limit) {
		return overLimit("DatasetBytes", uint64(limit), size)
	}
	d.bytes = int64(size)
	if d.fill != nil && len(d.fill) != d.dtype.Size {
		return broken("fill value", start, fmt.Sprintf("%d bytes", d.dtype.Size), "%d", len(d.fill))
	}
	switch d.layout.class {
	case layoutCompact:
		if len(d.layout.compact) < int(size) {
			return broken("compact data", start, fmt.Sprintf("%d bytes", size), "%d", len(d.layout.compact))
		}
	case layoutContiguous:
		if d.layout.addr != undefined && size > 0 {
			if _, err := s.locate("data", d.layout.addr, size); err != nil {
				return err
			}
			return nil
		}
	case layoutChunked:
		if err := d.checkChunks(start); err != nil {
			return err
		}
	default:
		return broken("data layout", start, "class 0, 1 or 2", "%d", d.layout.class)
	}
	return d.checkRatio()
}

// checkRatio refuses a large dataset that is mostly declared, not stored.
func (d *Dataset) checkRatio() error {
	l := d.file.src.limits
	if d.bytes <= l.RatioFloor {
		return nil
	}
	stored := int64(len(d.layout.compact))
	if d.layout.class == layoutChunked {
		list, err := d.chunks()
		if err != nil {
			return err
		}
		for _, c := range list {
			stored += int64(c.size)
		}
	}
	if (d.bytes-1)/l.Ratio >= stored {
		return overLimit("Ratio", uint64(l.Ratio), uint64(d.bytes/max(stored, 1)))
	}
	return nil
}

// Path is where the dataset was found.
func (d *Dataset) Path() string { return d.path }

// Shape is the dimensions, nil for a scalar, [0] for a null dataspace.
func (d *Dataset) Shape() []int { return d.space.shape() }

// Type describes the elements.
func (d *Dataset) Type() Datatype { return d.dtype }

// Len is the number of elements. It has been checked, with their size, against
// the limits and, for data that is not compressed, the file.
func (d *Dataset) Len() int { return int(d.space.points) }

// Bytes is the size of the elements in the file's own type.
func (d *Dataset) Bytes() int64 { return d.bytes }

// Attr returns an attribute, and whether there is one of the name.
func (d *Dataset) Attr(name string) (*Attr, bool, error) {
	return d.file.attr(d.obj, d.path, name)
}

// Attrs lists the attributes: in the order they were created in where the file
// keeps it, else as stored.
func (d *Dataset) Attrs() ([]*Attr, error) { return d.file.attrs(d.obj, d.path) }

// InPieces reports whether ReadPiece can read the dataset: float32, little-endian and
// unfiltered in one piece.
func (d *Dataset) InPieces() bool {
	t := d.dtype.number()
	_, _, whole := d.Contiguous()
	return whole && nativeLittle && t.Class == ClassFloat && t.Format == "float32"
}

// ReadPiece reads the elements from first on of a dataset that InPieces is true of.
// It may be called by several goroutines.
func (d *Dataset) ReadPiece(dst []float32, first int) error {
	if !d.InPieces() || first < 0 || len(dst) > d.Len()-first {
		return fmt.Errorf("hdf5: %s: no piece of %d elements at %d", d.path, len(dst), first)
	}
	if len(dst) == 0 {
		return nil
	}
	return at(d.path, d.read(unsafe.Slice((*byte)(unsafe.Pointer(&dst[0])), 4*len(dst)), 4*int64(first)))
}

// Contiguous locates the elements in the file when they stand there in one
// piece, unfiltered and little-endian, so that a mapped file can be used in place.
func (d *Dataset) Contiguous() (offset, size int64, ok bool) {
	if d.layout.class != layoutContiguous || d.layout.addr == undefined || d.bytes == 0 || d.dtype.number().BigEndian {
		return 0, 0, false
	}
	return d.file.src.base + int64(d.layout.addr), d.bytes, true
}

// ReadRaw reads the elements as the file holds them, row-major; dst must be
// Bytes() long. References of variable-length strings are not resolved.
func (d *Dataset) ReadRaw(dst []byte) error {
	if int64(len(dst)) != d.bytes {
		return fmt.Errorf("hdf5: %s: buffer must be %d bytes, received %d", d.path, d.bytes, len(dst))
	}
	if err := d.dtype.readable(); err != nil {
		return at(d.path, err)
	}
	return at(d.path, d.read(dst, 0))
}

// read fills dst from byte from on; chunked data is only read whole.
func (d *Dataset) read(dst []byte, from int64) error {
	switch {
	case len(dst) == 0:
		return nil
	case d.layout.class == layoutCompact:
		copy(dst, d.layout.compact[from:])
		return nil
	case d.layout.class == layoutChunked:
		return d.readChunks(dst)
	case d.layout.addr == undefined:
		spread(dst, d.fill)
		return nil
	}
	return d.file.src.readAt(dst, d.file.src.base+int64(d.layout.addr)+from)
}

// each hands the elements out in blocks of whole elements, first being the
// index of a block's first one.
func (d *Dataset) each(block func(raw []byte, first int) error) error {
	const step = 256 << 10
	n, size := d.Len(), d.dtype.Size
	per := max(step/size, 1)
	if d.layout.class == layoutChunked {
		per = n
	}
	buf := make([]byte, min(per, n)*size)
	for first := 0; first < n; first += per {
		raw := buf[:min(per, n-first)*size]
		if err := d.read(raw, int64(first)*int64(size)); err != nil {
			return err
		}
		if err := block(raw, first); err != nil {
			return err
		}
	}
	return nil
}

// AsBFloat16 is a handle on the same dataset that takes 2-byte opaque elements,
// the form h5py gives bfloat16, for bfloat16. Datasets with an attribute
// dtype="bfloat16" need no such word.
func (d *Dataset) AsBFloat16() *Dataset {
	c := *d
	c.brain = true
	return &c
}

// numeric is the type to convert elements from.
func (d *Dataset) numeric() (Datatype, error) {
	t := d.dtype.number()
	if t.Class != ClassOpaque || t.Size != 2 {
		return t, nil
	}
	brain := d.brain
	if !brain {
		a, ok, err := d.Attr("dtype")
		if err != nil {
			return t, err
		}
		if ok && a.Type.Class == ClassString {
			word, err := a.String()
			if err != nil {
				return t, err
			}
			brain = word == "bfloat16"
		}
	}
	if brain {
		t = Datatype{Class: ClassFloat, Size: 2, Format: "bfloat16"}
	}
	return t, nil
}

// ReadFloat32 reads the elements converted from any float, integer or boolean
// type; dst must be Len() long. Little-endian float32 is read in place.
func (d *Dataset) ReadFloat32(dst []float32) error {
	t, err := d.numeric()
	if err != nil {
		return at(d.path, err)
	}
	if t.Format == "float32" && !t.BigEndian && nativeLittle && len(dst) == d.Len() && len(dst) > 0 {
		return d.ReadRaw(unsafe.Slice((*byte)(unsafe.Pointer(&dst[0])), 4*len(dst)))
	}
	conv, err := toFloat32(t)
	if err != nil {
		return at(d.path, err)
	}
	return readInto(d, dst, t.Size, func(dst []float32, raw []byte) error { conv(dst, raw); return nil })
}

// ReadFloat64 reads the elements as float64, as ReadFloat32 does.
func (d *Dataset) ReadFloat64(dst []float64) error {
	t, err := d.numeric()
	if err != nil {
		return at(d.path, err)
	}
	conv, err := toFloat64(t)
	if err != nil {
		return at(d.path, err)
	}
	return readInto(d, dst, t.Size, func(dst []float64, raw []byte) error { conv(dst, raw); return nil })
}

// ReadInt64 reads elements of any integer or boolean type; dst must be Len()
// long. An unsigned value above the range of int64 is an error.
func (d *Dataset) ReadInt64(dst []int64) error {
	conv, err := toInt64(d.dtype)
	if err != nil {
		return at(d.path, err)
	}
	return readInto(d, dst, d.dtype.Size, conv)
}

func readInto[T any](d *Dataset, dst []T, size int, conv func([]T, []byte) error) error {
	if len(dst) != d.Len() {
		return fmt.Errorf("hdf5: %s: buffer must hold %d elements, received %d", d.path, d.Len(), len(dst))
	}
	return at(d.path, d.each(func(raw []byte, first int) error {
		return conv(dst[first:first+len(raw)/size], raw)
	}))
}

// ReadStrings reads a dataset of strings, of fixed or variable length.
func (d *Dataset) ReadStrings() ([]string, error) {
	if d.dtype.Class != ClassString {
		return nil, &FormatError{Path: d.path, Offset: -1, What: "dataset", Wanted: "strings", Received: d.dtype.String()}
	}
	out := make([]string, 0, min(d.Len(), 1<<16))
	left := d.file.src.limits.DatasetBytes
	err := d.each(func(raw []byte, _ int) error {
		s, err := d.file.strings(d.dtype, raw, len(raw)/d.dtype.Size, -1, left)
		for _, v := range s {
			left -= int64(len(v))
		}
		out = append(out, s...)
		return err
	})
	return out, at(d.path, err)
}
