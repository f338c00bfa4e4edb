//go:build libhdf5

package libhdf5

/*
#define H5_USE_110_API
#include <hdf5.h>
#include <stdlib.h>

// The library's types are macros, which cgo does not see as constants.
static hid_t float32_type(void) { return H5Tcopy(H5T_IEEE_F32LE); }
static hid_t float64_type(void) { return H5Tcopy(H5T_IEEE_F64LE); }
static hid_t int8_type(void) { return H5Tcopy(H5T_STD_I8LE); }
static hid_t string_type(void) { return H5Tcopy(H5T_C_S1); }
static size_t variable_size(void) { return H5T_VARIABLE; }

static hid_t float16_type(void) {
	hid_t t = H5Tcopy(H5T_IEEE_F32LE);
	if (H5Tset_fields(t, 15, 10, 5, 0, 10) < 0 || H5Tset_precision(t, 16) < 0 ||
	    H5Tset_ebias(t, 15) < 0 || H5Tset_size(t, 2) < 0) {
		H5Tclose(t);
		return -1;
	}
	return t;
}
*/
import "C"

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// readType describes a type of the library's.
func readType(path string, t C.hid_t) (hdf5.Datatype, error) {
	d := hdf5.Datatype{Size: int(C.H5Tget_size(t))}
	order := C.H5Tget_order(t)
	switch class := C.H5Tget_class(t); class {
	case C.H5T_INTEGER, C.H5T_BITFIELD:
		d.Class = hdf5.ClassInteger
		if class == C.H5T_BITFIELD {
			d.Class = hdf5.ClassBitfield
		} else {
			d.Signed = C.H5Tget_sign(t) == C.H5T_SGN_2
		}
		d.BigEndian = order == C.H5T_ORDER_BE
		if int(C.H5Tget_precision(t)) != 8*d.Size {
			return d, &hdf5.UnsupportedError{Path: path, Feature: "integer of part of its bytes"}
		}
	case C.H5T_FLOAT:
		d.Class = hdf5.ClassFloat
		d.BigEndian = order == C.H5T_ORDER_BE
		var err error
		if d.Format, err = floatFormat(path, t); err != nil {
			return d, err
		}
	case C.H5T_STRING:
		d.Class = hdf5.ClassString
		d.UTF8 = C.H5Tget_cset(t) == C.H5T_CSET_UTF8
		if C.H5Tis_variable_str(t) > 0 {
			d.VarLen, d.Size = true, 16
		} else {
			d.Padding = hdf5.Padding(C.H5Tget_strpad(t))
		}
	case C.H5T_OPAQUE:
		d.Class = hdf5.ClassOpaque
		if tag := C.H5Tget_tag(t); tag != nil {
			d.Tag = C.GoString(tag)
			C.H5free_memory(unsafe.Pointer(tag))
		}
	case C.H5T_ENUM:
		return readEnum(path, t, d)
	default:
		return d, &hdf5.UnsupportedError{Path: path, Feature: fmt.Sprintf("data of type class %d", class)}
	}
	return d, nil
}

func floatFormat(path string, t C.hid_t) (string, error) {
	var sign, exponentAt, exponent, mantissaAt, mantissa C.size_t
	if C.H5Tget_fields(t, &sign, &exponentAt, &exponent, &mantissaAt, &mantissa) < 0 {
		return "", failed(path, "reading the fields of a float")
	}
	switch [3]C.size_t{exponent, mantissa, C.H5Tget_size(t)} {
	case [3]C.size_t{5, 10, 2}:
		return "float16", nil
	case [3]C.size_t{8, 7, 2}:
		return "bfloat16", nil
	case [3]C.size_t{8, 23, 4}:
		return "float32", nil
	case [3]C.size_t{11, 52, 8}:
		return "float64", nil
	}
	return "", &hdf5.UnsupportedError{Path: path, Feature: "floating-point format that is not IEEE"}
}

func readEnum(path string, t C.hid_t, d hdf5.Datatype) (hdf5.Datatype, error) {
	d.Class = hdf5.ClassEnum
	super := C.H5Tget_super(t)
	if super < 0 {
		return d, failed(path, "reading the base of an enum")
	}
	defer C.H5Tclose(super)
	base, err := readType(path, super)
	if err != nil {
		return d, err
	}
	d.Base = &base
	for i := range C.uint(C.H5Tget_nmembers(t)) {
		name := C.H5Tget_member_name(t, i)
		if name == nil {
			return d, failed(path, "reading the name of an enum member")
		}
		m := hdf5.EnumMember{Name: C.GoString(name)}
		C.H5free_memory(unsafe.Pointer(name))
		raw := make([]byte, d.Size)
		if C.H5Tget_member_value(t, i, unsafe.Pointer(&raw[0])) < 0 {
			return d, failed(path, "reading the value of an enum member")
		}
		m.Value = integer(raw, base)
		d.Members = append(d.Members, m)
	}
	return d, nil
}

// integer decodes the bytes of an integer of up to 8 bytes.
func integer(raw []byte, t hdf5.Datatype) int64 {
	var v uint64
	for i := range raw {
		b := raw[len(raw)-1-i]
		if t.BigEndian {
			b = raw[i]
		}
		v = v<<8 | uint64(b)
	}
	if shift := 64 - 8*len(raw); t.Signed && shift > 0 {
		return int64(v<<shift) >> shift
	}
	return int64(v)
}

// makeType makes a type of the library's, to be closed by the caller.
func makeType(path string, d hdf5.Datatype) (C.hid_t, error) {
	var t C.hid_t = -1
	ok := C.herr_t(0)
	switch {
	case d.Class == hdf5.ClassInteger:
		t = C.int8_type()
		ok = C.H5Tset_size(t, C.size_t(d.Size)) | C.H5Tset_precision(t, C.size_t(8*d.Size))
		if !d.Signed {
			ok |= C.H5Tset_sign(t, C.H5T_SGN_NONE)
		}
	case d.Format == "float16":
		t = C.float16_type()
	case d.Format == "float32":
		t = C.float32_type()
	case d.Format == "float64":
		t = C.float64_type()
	case d.Class == hdf5.ClassString:
		t = C.string_type()
		size := C.size_t(d.Size)
		if d.VarLen {
			size = C.variable_size()
		}
		ok = C.H5Tset_size(t, size) | C.H5Tset_strpad(t, C.H5T_str_t(d.Padding))
		if d.UTF8 {
			ok |= C.H5Tset_cset(t, C.H5T_CSET_UTF8)
		}
	case d.Class == hdf5.ClassOpaque:
		t = C.H5Tcreate(C.H5T_OPAQUE, C.size_t(d.Size))
		if d.Tag != "" {
			tag := C.CString(d.Tag)
			defer C.free(unsafe.Pointer(tag))
			ok = C.H5Tset_tag(t, tag)
		}
	case d.Class == hdf5.ClassEnum && d.Base != nil:
		return makeEnum(path, d)
	default:
		return -1, fmt.Errorf("libhdf5: %s: type %s cannot be written", path, d)
	}
	if d.BigEndian {
		ok |= C.H5Tset_order(t, C.H5T_ORDER_BE)
	}
	if t < 0 || ok < 0 {
		if t >= 0 {
			C.H5Tclose(t)
		}
		return -1, failed(path, "making type "+d.String())
	}
	return t, nil
}

func makeEnum(path string, d hdf5.Datatype) (C.hid_t, error) {
	base, err := makeType(path, *d.Base)
	if err != nil {
		return -1, err
	}
	defer C.H5Tclose(base)
	t := C.H5Tenum_create(base)
	for _, m := range d.Members {
		if t < 0 || d.Size < 1 || d.Size > 8 {
			break
		}
		raw := make([]byte, d.Size)
		for i := range raw {
			at := i
			if d.Base.BigEndian {
				at = d.Size - 1 - i
			}
			raw[at] = byte(uint64(m.Value) >> (8 * i))
		}
		name := C.CString(m.Name)
		rc := C.H5Tenum_insert(t, name, unsafe.Pointer(&raw[0]))
		C.free(unsafe.Pointer(name))
		if rc < 0 {
			C.H5Tclose(t)
			return -1, failed(path, "adding enum member "+m.Name)
		}
	}
	if t < 0 {
		return -1, failed(path, "making an enum")
	}
	return t, nil
}

// makeSpace makes a dataspace, to be closed by the caller.
func makeSpace(path string, v hdf5.Value) (C.hid_t, error) {
	var s C.hid_t
	switch {
	case v.Null:
		s = C.H5Screate(C.H5S_NULL)
	case len(v.Shape) == 0:
		s = C.H5Screate(C.H5S_SCALAR)
	default:
		dims := make([]C.hsize_t, len(v.Shape))
		for i, d := range v.Shape {
			if d < 0 {
				return -1, fmt.Errorf("libhdf5: %s: dimensions must be >= 0, received %v", path, v.Shape)
			}
			dims[i] = C.hsize_t(d)
		}
		s = C.H5Screate_simple(C.int(len(dims)), &dims[0], nil)
	}
	if s < 0 {
		return -1, failed(path, "making a dataspace")
	}
	return s, nil
}

// readSpace reads a shape and how many elements it has.
func readSpace(path string, s C.hid_t, v *hdf5.Value) (points int, err error) {
	switch C.H5Sget_simple_extent_type(s) {
	case C.H5S_NULL:
		v.Null, v.Shape = true, []int{0}
		return 0, nil
	case C.H5S_SCALAR:
		return 1, nil
	}
	rank := int(C.H5Sget_simple_extent_ndims(s))
	if rank < 1 {
		return 0, failed(path, "reading a rank")
	}
	dims := make([]C.hsize_t, rank)
	if C.H5Sget_simple_extent_dims(s, &dims[0], nil) < 0 {
		return 0, failed(path, "reading dimensions")
	}
	for _, d := range dims {
		v.Shape = append(v.Shape, int(d))
	}
	n := C.H5Sget_simple_extent_npoints(s)
	if n < 0 || uint64(n) > math.MaxInt {
		return 0, failed(path, "counting elements")
	}
	return int(n), nil
}
