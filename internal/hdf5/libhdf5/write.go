//go:build libhdf5

package libhdf5

/*
#define H5_USE_110_API
#include <hdf5.h>
#include <stdlib.h>

static hid_t create_attr(hid_t object, const char *name, hid_t type, hid_t space) {
	return H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
}

static herr_t write_attr(hid_t attr, hid_t type, const void *from) { return H5Awrite(attr, type, from); }

static hid_t create_data(hid_t group, const char *name, hid_t type, hid_t space) {
	return H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

static herr_t write_data(hid_t data, hid_t type, const void *from) {
	return H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, from);
}
*/
import "C"

import (
	"bytes"
	"fmt"
	"path"
	"unsafe"

	gonum "gonum.org/v1/hdf5"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// Write writes the tree below root to a file, in the place of one that exists.
func Write(name string, root *hdf5.GroupNode) error {
	return exclusive(func() (err error) {
		f, err := gonum.CreateFile(name, gonum.F_ACC_TRUNC)
		if err != nil {
			return fmt.Errorf("libhdf5: %s: %w", name, err)
		}
		defer closer(f, &err)
		g, err := f.OpenGroup("/")
		if err != nil {
			return fmt.Errorf("libhdf5: %s: %w", name, err)
		}
		defer closer(g, &err)
		return writeGroup(g, "/", root, 0)
	})
}

func writeGroup(g *gonum.Group, where string, node *hdf5.GroupNode, depth int) error {
	if max := hdf5.DefaultLimits().GroupDepth; depth > max {
		return fmt.Errorf("libhdf5: %s: groups must be nested at most %d deep", where, max)
	}
	if err := writeAttrs(where, id(g), node.Attrs); err != nil {
		return err
	}
	for _, m := range node.Members {
		p := path.Join(where, m.Name)
		var err error
		switch {
		case m.Group != nil && m.Dataset == nil:
			err = writeMember(g, p, m, depth)
		case m.Dataset != nil && m.Group == nil:
			err = writeDataset(id(g), p, m.Name, m.Dataset)
		default:
			err = fmt.Errorf("libhdf5: %s: a member must be a group or a dataset", p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func writeMember(parent *gonum.Group, where string, m hdf5.Member, depth int) (err error) {
	g, err := parent.CreateGroup(m.Name)
	if err != nil {
		return fmt.Errorf("libhdf5: %s: %w", where, err)
	}
	defer closer(g, &err)
	return writeGroup(g, where, m.Group, depth+1)
}

func writeDataset(group C.hid_t, where, name string, node *hdf5.DatasetNode) error {
	v := node.Value
	if node.Stream != nil {
		var b bytes.Buffer
		if err := node.Stream(&b); err != nil {
			return fmt.Errorf("libhdf5: %s: %w", where, err)
		}
		v.Raw = b.Bytes()
	}
	t, s, err := typeAndSpace(where, v)
	if err != nil {
		return err
	}
	defer C.H5Tclose(t)
	defer C.H5Sclose(s)
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	d := C.create_data(group, c, t, s)
	if d < 0 {
		return failed(where, "creating")
	}
	defer C.H5Dclose(d)
	err = writeElements(where, s, v, func(from unsafe.Pointer) C.herr_t { return C.write_data(d, t, from) })
	if err != nil {
		return err
	}
	return writeAttrs(where, d, node.Attrs)
}

func writeAttrs(where string, object C.hid_t, attrs []hdf5.AttrNode) error {
	for _, a := range attrs {
		if err := writeAttr(where+"@"+a.Name, object, a); err != nil {
			return err
		}
	}
	return nil
}

func writeAttr(where string, object C.hid_t, a hdf5.AttrNode) error {
	t, s, err := typeAndSpace(where, a.Value)
	if err != nil {
		return err
	}
	defer C.H5Tclose(t)
	defer C.H5Sclose(s)
	c := C.CString(a.Name)
	defer C.free(unsafe.Pointer(c))
	attr := C.create_attr(object, c, t, s)
	if attr < 0 {
		return failed(where, "creating")
	}
	defer C.H5Aclose(attr)
	return writeElements(where, s, a.Value, func(from unsafe.Pointer) C.herr_t { return C.write_attr(attr, t, from) })
}

func typeAndSpace(where string, v hdf5.Value) (t, s C.hid_t, err error) {
	if t, err = makeType(where, v.Type); err != nil {
		return t, s, err
	}
	if s, err = makeSpace(where, v); err != nil {
		C.H5Tclose(t)
	}
	return t, s, err
}

// writeElements hands elements over, after checking that there are as many as
// the library will read.
func writeElements(where string, s C.hid_t, v hdf5.Value, write func(unsafe.Pointer) C.herr_t) error {
	points := int(C.H5Sget_simple_extent_npoints(s))
	if points == 0 {
		return nil
	}
	raw := v.Raw
	if v.Type.Class == hdf5.ClassString {
		if len(v.Strings) != points {
			return fmt.Errorf("libhdf5: %s: wanted %d strings, received %d", where, points, len(v.Strings))
		}
		if v.Type.VarLen {
			return writeVariable(where, v.Strings, write)
		}
		raw = fixed(v)
	}
	if len(raw) != points*v.Type.Size {
		return fmt.Errorf("libhdf5: %s: wanted %d bytes, received %d", where, points*v.Type.Size, len(raw))
	}
	if write(unsafe.Pointer(&raw[0])) < 0 {
		return failed(where, "writing")
	}
	return nil
}

// fixed lays out strings of a fixed length.
func fixed(v hdf5.Value) []byte {
	fill := byte(0)
	if v.Type.Padding == hdf5.SpacePadded {
		fill = ' '
	}
	raw := bytes.Repeat([]byte{fill}, len(v.Strings)*v.Type.Size)
	for i, s := range v.Strings {
		copy(raw[i*v.Type.Size:(i+1)*v.Type.Size], s)
	}
	return raw
}

func writeVariable(where string, list []string, write func(unsafe.Pointer) C.herr_t) error {
	buf := C.calloc(C.size_t(len(list)), C.size_t(unsafe.Sizeof(uintptr(0))))
	if buf == nil {
		return failed(where, "allocating")
	}
	defer C.free(buf)
	pointers := unsafe.Slice((**C.char)(buf), len(list))
	for i, s := range list {
		pointers[i] = C.CString(s)
		defer C.free(unsafe.Pointer(pointers[i]))
	}
	if write(buf) < 0 {
		return failed(where, "writing strings")
	}
	return nil
}
